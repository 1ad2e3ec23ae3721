"""Makes Huce's own environment beside this file, installs what it needs, and hands over to cli.py. Stdlib only."""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "unfinished"  # stands there while an install runs: what was cut off is made anew, not trusted
LOG = VENV / "install.log"
NEEDS_MB = 900

# Each sentence says what is wrong and what to do, in both languages: no setting is known yet at this point.
WORDS = {
    "python": """
户策需要 Python 3.11 或更新的 64 位版本，现在是 {has}。请到 python.org 安装后，用它再运行 start.py。
Huce needs a 64-bit Python 3.11 or newer; this is {has}. Install one from python.org and run start.py with it.""",
    "venv": """
这个 Python 缺少 venv 模块（{why}）。Debian/Ubuntu 请运行 sudo apt install python3-venv；其他系统请重装 Python。
This Python lacks the venv module ({why}). On Debian or Ubuntu: sudo apt install python3-venv; elsewhere reinstall
Python.""",
    "ssl": """
这个 Python 缺少 ssl 模块，无法下载软件包。请到 python.org 重装 Python，或把离线包放进 {wheels}，然后再试。
This Python lacks the ssl module and can download nothing. Reinstall Python from python.org, or put the wheels into
{wheels}; then try again.""",
    "store": """
这个 Python 来自 Windows 应用商店（{python}），它会把文件写到别处，户策无法用它安装。
请到 python.org 安装 Python 3.11 或更新的 64 位版本，用它再运行 start.py（py start.py）。
This Python is from the Microsoft Store ({python}): it puts files elsewhere, and Huce cannot be installed with it.
Install a 64-bit Python 3.11 or newer from python.org and run start.py with that one (py start.py).""",
    "separator": """
户策所在文件夹的路径里有“{sign}”：{here}。系统用这个字符分隔路径，运行环境无法放在这里。
请把文件夹改名或移到没有“{sign}”的路径下，然后再试。
The path of Huce's folder holds "{sign}": {here}. The system separates paths by that character, so no environment
can stand there. Rename the folder, or move it to a path without "{sign}"; then try again.""",
    "share": """
户策不能从网络路径运行：{here}。请把整个文件夹复制到本机磁盘，例如 D:\\Huce，然后再试。数据不会放在程序文件夹里。
Huce cannot run from a network path: {here}. Copy the whole folder to a disk of this computer, D:\\Huce say; then try
again. Your data are not kept in the program's folder.""",
    "incomplete": """
户策的文件不全：缺少 {file}。请把压缩包完整解压到一个文件夹（不要在压缩包里直接运行），然后再试。
Huce's files are not all there: {file} is missing. Unpack the whole archive into a folder (do not run it from
within the archive); then try again.""",
    "link": """
{venv} 是一个链接，指向 {target}。户策不会改动别处的文件夹。请删除这个链接（只删链接），然后再运行。
{venv} is a link to {target}. Huce does not change a folder that stands elsewhere. Remove the link (the link
alone), then run this again.""",
    "foreign": """
{venv} 不是户策建立的，里面的内容不会被清空。请把它改名或移走，然后再运行。
{venv} was not made by Huce, so it is not emptied. Rename it or move it away, then run this again.""",
    "cannot_run": """
无法运行 {python}（{why}）。请删除文件夹 {venv}，然后再运行 start.py；如仍不行，请检查杀毒软件是否拦截。
{python} cannot be run ({why}). Delete the folder {venv} and run start.py again; if that does not help, see whether
a virus scanner holds it back.""",
    "readonly": """
无法写入文件夹 {here}（{why}）。请把户策放到您有写权限的文件夹，或调整其权限，然后再试。
The folder {here} cannot be written ({why}). Put Huce where you may write, or change its permissions; then try again.""",
    "closed": """
无法写入 {here}（{why}）。请关闭正在运行的户策；如果它是别的用户（如 sudo）建立的，请调整权限或删除它，然后再试。
{here} cannot be written ({why}). Close a Huce that is running; if another user made it (sudo, say), change its
permissions or delete it; then try again.""",
    "trouble": """
{place}：{why}。请检查磁盘，或把户策移到本机磁盘上的文件夹，然后再试。
{place}: {why}. Check the disk, or move Huce to a folder on a disk of this computer; then try again.""",
    "full": """
磁盘空间不足：{here} 还剩 {free} MB，安装约需 {needs} MB。请清理磁盘后再试。
The disk is full: {here} has {free} MB left, the install needs about {needs} MB. Free some space and try again.""",
    "network": """
连不上软件包服务器。请检查网络；内网可先用 pip config 设置镜像，或把离线包放进 {wheels}，然后再试。
The package server cannot be reached. Check the network, set a mirror with pip config, or put the wheels into
{wheels}; then try again.""",
    "hash": """
下载的软件包与 {file} 里的校验值不符，没有安装。请换一个可信的镜像，或重新下载户策。
A package does not match its checksum in {file}; it was not installed. Use another, trusted mirror or
download Huce again.""",
    "match": """
{package} 没有适合本机的安装包（Python {has}）。支持 64 位 Python 3.11–3.14：Windows、Linux、Apple 芯片的 Mac；
如用离线包，请确认 {wheels} 完整。
{package} has no ready package for this computer (Python {has}). Supported: 64-bit Python 3.11–3.14 on Windows,
Linux and Macs with Apple silicon; for an offline install, check that {wheels} is complete.""",
    "pip": """
安装没有成功。最后的消息：{last}。完整记录：{log}
The install did not succeed. Its last words: {last}. The full record: {log}""",
    "wait": """
另一个窗口正在安装，请稍候……
Another start is installing; waiting for it …""",
    "make": """
正在准备户策自己的运行环境……
Making Huce's own environment …""",
    "offline": """
从离线包安装：{wheels}
Installing from the offline folder {wheels}""",
    "again": """
上次安装没有完成，重新开始。
The last install was cut off; starting anew.""",
    "count": "  {n}/{total}  {name}",
    "slow": """
软件包服务器没有回应，正在重试……
The package server does not answer; trying again …""",
    "unpack": """
下载完成，正在安装 {total} 个软件包（约半分钟）……
Downloaded; installing {total} packages (half a minute) …""",
    "done": """
安装完成。
Installed.""",
    "stopped": """
已停止。再次运行会继续。
Stopped. Run it again to go on.""",
}
# How pip says what went wrong, in the order to look for it.
SIGNS = (
    ("ssl", ("ssl module in Python is not available", "No module named '_ssl'")),
    ("full", ("No space left", "Errno 28", "WinError 112", "Disk quota exceeded")),
    ("hash", ("DO NOT MATCH THE HASHES", "Hashes are required")),
    (
        "network",
        (
            "NewConnectionError",
            "Connection refused",
            "name resolution",
            "getaddrinfo",
            "unreachable",
            "timed out",
            "ProxyError",
            "SSLError",
            "ConnectionResetError",
            "Connection broken",
            "RemoteDisconnected",
            "Max retries exceeded",
            "Client Error",
            "Server Error",
        ),
    ),
    ("match", ("No matching distribution", "Could not find a version")),
    ("readonly", ("Permission denied", "Read-only file system", "Access is denied")),
)


FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
# Would bend another Python, or send what is installed to another place.
BENDING = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN")


class Stop(Exception):
    """The start cannot go on: the name of a sentence in WORDS, and its values."""

    def __init__(self, word, **values):
        super().__init__(word)
        self.word, self.values = word, values


def say(word, **values):
    """Both languages, on stderr: stdout belongs to the command."""
    print(WORDS[word].strip("\n").format(**values), file=sys.stderr, flush=True)


def has():
    return "{}.{}.{} ({})".format(*sys.version_info[:3], "64 bit" if sys.maxsize > 2**32 else "32 bit")


def command(arguments):
    """The first word that is neither an option nor the folder after --home."""
    words = iter(arguments)
    for word in words:
        if word == "--home":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def wanted(arguments):
    files = [HERE / "requirements.txt"]
    return [*files, HERE / "requirements-dev.txt"] if command(arguments) == "test" else files


def mark(file):
    """Where it is noted that this file is installed."""
    return VENV / f"installed-{file.stem}"


def stamp(file):
    """What the note says: these very requirements, on this very Python."""
    return f"{base()} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def base():
    """The Python that the environment stands on: removed or replaced, the environment is made anew."""
    if os.name != "nt":
        return os.path.realpath(PYTHON)
    lines = (VENV / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    home = next((line.split("=", 1)[1].strip() for line in lines if line.startswith("home")), "")
    return home if Path(home, "python.exe").exists() else ""


def missing(files):
    if not PYTHON.exists() or UNFINISHED.exists():
        return list(files)
    return [f for f in files if not (mark(f).is_file() and mark(f).read_bytes() == stamp(f).encode())]


def fit(arguments):
    """Raises Stop where a start cannot succeed, whatever is installed already."""
    if sys.version_info < (3, 11) or sys.maxsize < 2**32:
        raise Stop("python", has=has())
    if is_share(str(HERE)):
        raise Stop("share", here=HERE)
    if os.pathsep in str(HERE):
        raise Stop("separator", here=HERE, sign=os.pathsep)
    for file in (*wanted(arguments), HERE / "cli.py"):
        if not file.is_file():
            raise Stop("incomplete", file=file)


def is_share(path):
    """A network path of Windows, plain or in its long form: cmd cannot work there, and no environment stands on it."""
    return path.startswith("\\\\") and (not path.startswith("\\\\?\\") or path[4:8].upper() == "UNC\\")


def ready():
    """Raises Stop where nothing can be installed; nothing has been touched yet."""
    parts = [part.lower() for one in (sys.executable, sys.base_prefix) for part in re.split(r"[\\/]", one or "")]
    if any(part == "windowsapps" or part.startswith("pythonsoftwarefoundation.python") for part in parts):
        raise Stop("store", python=sys.executable)
    if linked():
        raise Stop("link", venv=VENV, target=os.path.realpath(VENV))
    if VENV.exists() and not (VENV.is_dir() and (ours() or not any(VENV.iterdir()) or healthy())):
        raise Stop("foreign", venv=VENV)
    if VENV.exists() and not os.access(VENV, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(VENV))
    free = shutil.disk_usage(HERE).free // 2**20
    if free < NEEDS_MB:
        raise Stop("full", here=HERE, free=free, needs=NEEDS_MB)


def linked():
    """A link, or what Windows calls a junction: what stands behind it is somebody else's."""
    return VENV.is_symlink() or os.path.realpath(VENV) != os.path.join(os.path.realpath(HERE), VENV.name)


def ours():
    """Only what an install of ours has left its notes in may be emptied."""
    return UNFINISHED.exists() or LOG.exists() or any(VENV.glob("installed-*"))


@contextlib.contextmanager
def alone():
    """One install at a time: others wait here. The operating system opens the lock again if we are killed."""
    with (HERE / ".start.lock").open("a+b") as file:
        try:
            _lock(file, wait=False)
        except (BlockingIOError, PermissionError):
            say("wait")
            _lock(file, wait=True)
        yield file


def _lock(file, wait):
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        while True:
            try:
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:  # LK_LOCK itself gives up after ten seconds; an install takes longer
                    raise
    import fcntl

    return fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def install(files, lock):
    ready()
    if UNFINISHED.exists():
        say("again")
    if UNFINISHED.exists() or not PYTHON.exists() or not healthy():
        _make()
    UNFINISHED.touch()
    LOG.write_bytes(b"")
    for file in files:
        _pip(file, lock)
    for file in files:
        mark(file).write_text(stamp(file), "utf-8")
    UNFINISHED.unlink()
    say("done")


def healthy():
    """The environment's Python is still there and finds its own pip."""
    try:
        return base() and subprocess.run([PYTHON, "-I", "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:  # it is no program of this computer, or there is no environment: then it is made anew
        return False


def _make():
    try:
        import ensurepip  # noqa: F401 – Debian ships venv without it, and then fails half-way
        import venv
    except ImportError as error:
        raise Stop("venv", why=error) from error
    say("make")
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    try:
        # clear would remove the note of an unfinished install first, so the folder is emptied around it
        for old in VENV.iterdir():
            if old != UNFINISHED:
                shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(VENV)
    except subprocess.CalledProcessError as error:
        # its pip could not be laid in: a full or closed disk says so, anything else is a Python that is not whole
        said = (error.output or b"").decode("utf-8", "replace").splitlines()
        reason = _reason(said)
        raise reason if reason.word != "pip" else Stop("venv", why=(said or [error])[-1]) from error
    if not PYTHON.exists():
        raise Stop("cannot_run", python=PYTHON, venv=VENV, why=os.strerror(errno.ENOENT))


def _pip(file, lock):
    total = sum(line[:1].isalnum() for line in file.read_text("utf-8").splitlines())
    line = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--progress-bar",
        "off",
        "--no-input",
        "--disable-pip-version-check",
        "-r",
        file,
    ]
    wheels = HERE / "wheels"
    if wheels.is_dir():
        say("offline", wheels=wheels)
        line += ["--no-index", "--find-links", wheels]
    seen, last, slow = 0, [], False
    with LOG.open("a", encoding="utf-8") as log:
        pip = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment(),
            # if we are killed and pip is not, pip itself still holds the lock
            pass_fds=() if os.name == "nt" else (lock.fileno(),),
        )
        try:
            for row in pip.stdout:
                log.write(row)
                last = [*last[-400:], row.strip()]
                name = re.match(r"(?:Collecting|Processing|Requirement already satisfied:) (\S+)", row)
                if name:
                    seen += 1
                    if seen == 1 or seen % 10 == 0 or seen == total or sys.stderr.isatty():
                        _progress(seen, total, re.split(r"-py\d|-cp\d|\[", Path(name[1]).name)[0])
                elif "Retrying (" in row and not slow:
                    slow = True
                    say("slow")
                elif row.startswith("Installing collected"):
                    _progress_end()
                    say("unpack", total=total)
        except BaseException:
            pip.kill()
            raise
        finally:
            pip.wait()
            _progress_end()
    if pip.returncode:
        raise _reason(last, file)


def _progress(n, total, name):
    """A line that rewrites itself on a screen, and a line in ten when written to a file."""
    end = "\x1b[K\r" if sys.stderr.isatty() else "\n"
    print(WORDS["count"].format(n=n, total=total, name=name)[:78], end=end, file=sys.stderr, flush=True)


def _progress_end():
    if sys.stderr.isatty():
        print("\x1b[K", end="", file=sys.stderr, flush=True)


def _reason(last, file=HERE / "requirements.txt"):
    """What pip's words mean for the person who sits there."""
    text = "\n".join(last)
    said = [row for row in last if row and not row.startswith("[notice]")]
    package = next((r.split("for ")[-1].split(" (")[0] for r in said if "No matching distribution" in r), "?")
    free = shutil.disk_usage(HERE).free // 2**20
    for word, signs in SIGNS:
        if any(sign in text for sign in signs):
            unknown = word == "match" and "(from versions: none)" in text and not (HERE / "wheels").is_dir()
            # nobody knows any version of it: the server was not reached at all
            why = next(line for line in said if any(sign in line for sign in signs))
            inside = word == "readonly" and str(VENV) in why
            return Stop(
                "network" if unknown else "closed" if inside else word,
                here=VENV if inside else HERE,
                free=free,
                needs=NEEDS_MB,
                file=file.name,
                wheels=HERE / "wheels",
                has=has(),
                package=package,
                why=why,
            )
    return Stop("pip", last=said[-1] if said else "-", log=LOG)


def environment():
    """The person's environment without what would bend another Python: and UTF-8 everywhere, on Windows too."""
    mine = {k: v for k, v in os.environ.items() if k not in BENDING}
    return {**mine, "PYTHONUTF8": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def hand_over(arguments):
    line = [str(PYTHON), str(HERE / "cli.py"), *arguments]
    try:
        if os.name != "nt":
            os.execve(line[0], line, environment())
        child = subprocess.Popen(line, env=environment())
    except OSError as error:
        raise Stop("cannot_run", python=PYTHON, venv=VENV, why=error.strerror or error) from error
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # Windows sends Ctrl+C to both; the child ends in its own time


def say_why(error):
    """What the operating system refused: no room, no permission, or something else at a place it names."""
    place = str(error.filename or HERE)
    free = shutil.disk_usage(HERE).free // 2**20
    values = {"why": error.strerror or error, "here": HERE, "free": free, "needs": NEEDS_MB, "place": place}
    if error.errno in FULL or getattr(error, "winerror", 0) == 112:
        say("full", **values)
    elif error.errno not in CLOSED:
        say("trouble", **values)
    elif place.startswith(str(VENV)) or os.path.isfile(place):
        say("closed", **dict(values, here=VENV if place.startswith(str(VENV)) else place))
    else:
        say("readonly", **values)


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not in a Python that is too old, which is about to be told so
            stream.reconfigure(errors="replace")  # a console of another code page shows ? instead of failing
    try:
        fit(arguments)
        files = wanted(arguments)
        if missing(files):
            with alone() as lock:
                if missing(files):
                    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that pip is ended too
                    install(missing(files), lock)
                    signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return hand_over(arguments)
    except Stop as stop:
        say(stop.word, **stop.values)
    except KeyboardInterrupt:
        say("stopped")
    except OSError as error:
        say_why(error)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
