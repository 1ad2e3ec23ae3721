#!/bin/sh
# Double click: the sample branch in your browser.
cd "$(dirname "$0")" || exit 1
if [ $# -eq 0 ]; then set -- demo; fi
if ! command -v python3 >/dev/null; then
    echo "请先到 python.org 安装 Python 3.11 或更新版本。 Install Python 3.11 or newer from python.org first."
    status=1
else
    python3 start.py "$@"
    status=$?
fi
if [ "$status" -ne 0 ] && [ -t 0 ]; then
    printf '按回车关闭窗口。 Press Return to close. '
    read -r _
fi
exit "$status"
