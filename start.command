#!/bin/sh
# Double click: your branch in the browser; the very first time it asks whether to look at the sample branch instead.
cd "$(dirname "$0")" || exit 1
if [ $# -eq 0 ]; then set -- --open; fi
python=""
for one in python3.14 python3.13 python3.12 python3.11 python3; do  # the system's own python3 may be too old
    if command -v "$one" >/dev/null; then python="$one"; break; fi
done
if [ ! -f start.py ]; then
    echo "户策的文件不全。请把压缩包完整解压到一个文件夹，然后再试。"
    echo "Huce's files are not all there. Unpack the whole archive into a folder; then try again."
    status=1
elif [ -z "$python" ]; then
    echo "请先到 python.org 安装 Python 3.11 或更新版本。 Install Python 3.11 or newer from python.org first."
    status=1
else
    "$python" start.py "$@"
    status=$?
fi
if [ "$status" -ne 0 ] && [ -t 0 ]; then
    printf '按回车关闭窗口。 Press Return to close. '
    read -r _
fi
exit "$status"
