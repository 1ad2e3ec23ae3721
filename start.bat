@echo off
rem Double click: the sample branch in your browser. Other commands: start.bat scan, start.bat doctor ...
chcp 65001 >nul
cd /d "%~dp0"
set ARGS=%*
if "%ARGS%"=="" set ARGS=demo
set PYTHON=python
where py >nul 2>nul
if not errorlevel 1 set PYTHON=py -3
%PYTHON% start.py %ARGS%
set STATUS=%ERRORLEVEL%
if not "%STATUS%"=="0" pause
exit /b %STATUS%
