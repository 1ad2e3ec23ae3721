// A board of columns and cards. It draws what it is given, as text and never as markup, and tells what a person did with a card;
// it moves nothing itself: where a card stands is said by the data of the next drawing.
const boards = new WeakMap();  // board → what it shows now, and how it tells

function made(kind, name, text) {
  const one = document.createElement(kind);
  if (name) one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
}

function told(board, act) {
  boards.get(board).tell('act', act);
}

function card(board, one, order) {
  const drawn = made('div', one.late ? 'card late' : 'card');
  drawn.dataset.id = one.id;
  drawn.tabIndex = 0;
  drawn.setAttribute('role', 'button');
  const line = made('span', 'line');
  line.append(made('span', 'amount', one.amount));
  if (one.days) line.append(made('span', 'days', one.days));
  const whose = made('span', 'line whose');
  whose.append(made('span', '', one.customer));
  if (one.manager) whose.append(made('span', 'manager', one.manager));
  drawn.append(made('strong', '', one.name), whose, line);
  if (one.lacks) drawn.append(made('span', 'lacks', one.lacks));
  const open = () => told(board, {kind: 'open', id: one.id});
  drawn.onclick = open;
  const onto = new Set(one.onto);
  if (onto.size) {
    drawn.draggable = true;
    drawn.setAttribute('aria-keyshortcuts', 'Alt+ArrowLeft Alt+ArrowRight');
    drawn.ondragstart = event => {
      event.dataTransfer.setData('text/plain', one.id);
      event.dataTransfer.effectAllowed = 'move';
      board.dragged = one;
      for (const stage of board.querySelectorAll('[data-stage]')) stage.classList.toggle('closed', !onto.has(stage.dataset.stage));
      board.classList.add('dragging');
    };
    drawn.ondragend = () => { board.dragged = null; board.classList.remove('dragging'); over(board, null); };
  }
  drawn.onkeydown = event => {
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(); return; }
    const way = event.altKey ? {ArrowRight: 1, ArrowLeft: -1}[event.key] : 0;
    if (!way) return;
    event.preventDefault();  // the browser would go a page back
    moved(board, one, order[order.indexOf(one.stage) + way]);
  };
  return drawn;
}

function moved(board, one, stage) {
  if (stage && one.onto.includes(stage)) told(board, {kind: 'move', id: one.id, stage, ver: one.stage});
}

function over(board, column) {
  for (const one of board.querySelectorAll('.over')) if (one !== column) one.classList.remove('over');
  column?.classList.add('over');
}

function receives(board, column) {
  column.ondragover = event => {
    if (!board.dragged?.onto.includes(column.dataset.stage)) return;
    event.preventDefault();
    over(board, column);
  };
  column.ondrop = event => {
    event.preventDefault();
    over(board, null);
    if (board.dragged) moved(board, board.dragged, column.dataset.stage);
    board.dragged = null;
  };
}

function head(one) {
  const drawn = made('header');
  const title = made('h4', '', one.label);
  if (one.count !== undefined) title.append(made('span', 'count', one.count));
  drawn.append(title);
  for (const note of one.notes ?? []) if (note) drawn.append(made('span', 'note', note));
  return drawn;
}

function link(board, text, stage) {
  const drawn = made('button', 'link', text);
  drawn.type = 'button';
  drawn.onclick = () => told(board, {kind: 'list', stage});
  return drawn;
}

function draw(board, data) {
  const at = board.scrollLeft, held = board.getRootNode().activeElement?.dataset?.id;
  const order = data.stages.map(one => one.code);
  const columns = data.stages.map(stage => {
    const column = made('section', 'stage');
    column.dataset.stage = stage.code;
    column.setAttribute('aria-label', stage.label);
    column.append(head(stage), ...stage.cards.map(one => card(board, one, order)));
    if (stage.more) column.append(link(board, stage.more, stage.code));
    receives(board, column);
    return column;
  });
  const ended = made('section', 'stage ended');
  ended.dataset.stage = data.ended.code;
  ended.setAttribute('aria-label', data.ended.label);
  ended.append(head(data.ended), ...data.ended.lines.map(one => link(board, one.text, one.code)));
  receives(board, ended);
  board.replaceChildren(...columns, ended);
  board.scrollLeft = at;
  const again = held ? [...board.querySelectorAll('.card')].find(one => one.dataset.id === held) : null;
  again?.focus({preventScroll: true});
  again?.scrollIntoView({block: 'nearest', inline: 'nearest'});
}

export default function (component) {
  const board = component.parentElement.querySelector('.board'), data = component.data;
  if (!board || !data) return;
  const shown = JSON.stringify(data), before = boards.get(board);
  boards.set(board, {shown, tell: component.setTriggerValue});
  if (before?.shown !== shown) draw(board, data);
}
