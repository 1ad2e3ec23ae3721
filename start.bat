@echo off
rem Double click: your branch in the browser; the very first time it asks whether to look at the sample branch instead.
rem Other commands: start.bat demo, start.bat scan, start.bat doctor ...
chcp 65001 >nul
set STATUS=1
if "%~d0"=="\\" goto share
cd /d "%~dp0"
if not exist start.py goto incomplete
set ARGS=%*
if "%ARGS%"=="" set ARGS=--open
set PYTHON=
where python >nul 2>nul
if not errorlevel 1 set PYTHON=python
where py >nul 2>nul
if not errorlevel 1 set PYTHON=py -3
if "%PYTHON%"=="" goto missing
%PYTHON% start.py %ARGS%
set STATUS=%ERRORLEVEL%
rem 9009: only the Store's stand-in is there. 103: the launcher finds no Python.
if "%STATUS%"=="9009" goto missing
if "%STATUS%"=="103" goto missing
:end
if not "%STATUS%"=="0" pause
exit /b %STATUS%

:missing
echo 没有找到 Python。请到 python.org 安装 Python 3.11 或更新的 64 位版本（勾选 Add python.exe to PATH），然后再双击 start.bat。
echo No Python was found. Install a 64-bit Python 3.11 or newer from python.org (tick "Add python.exe to PATH"); then open start.bat again.
goto end

:incomplete
echo 户策的文件不全。请把压缩包完整解压到一个文件夹（不要在压缩包里直接双击），然后再试。
echo Huce's files are not all there. Unpack the whole archive into a folder (do not open it from within the archive); then try again.
goto end

:share
echo 户策不能从网络路径运行：%~dp0 请把整个文件夹复制到本机磁盘，例如 D:\Huce，然后再试。
echo Huce cannot run from a network path: %~dp0 Copy the whole folder to a disk of this computer, D:\Huce say; then try again.
goto end
