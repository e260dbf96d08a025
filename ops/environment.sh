#!/bin/sh
# Makes .venv out of requirements.lock, and does nothing when it is that already.
# PYTHON=... chooses the interpreter; otherwise the first of python3, python3.13, 3.12, 3.11 that will do.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
python=$root/.venv/bin/python
stamp=$root/.venv/requirements.stamp

fail() { printf '%s\n' "$@" >&2; exit 1; }

# Entry scripts in .venv/bin carry the folder's name: a moved checkout needs them anew.
wanted="$(cksum < requirements.lock) $root"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$python" -c '' 2>/dev/null; then
    exit 0
fi

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
complete() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

make_venv() {
    found=''
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        recent "$candidate" || continue
        found=$candidate
        if complete "$candidate"; then
            "$candidate" -m venv --clear .venv
            return
        fi
    done
    if [ -z "${PYTHON:-}" ] && command -v uv >/dev/null; then
        uv venv --quiet --clear --seed --python '>=3.11' .venv
        return
    fi
    [ -n "$found" ] || fail \
        "需要 Python 3.11 或更新版本，未找到可用的解释器。请安装后重试，或用 make PYTHON=/路径/python3 指定。" \
        "Python 3.11 or newer is needed and none was found. Install one, or name it: make PYTHON=/path/to/python3."
    fail \
        "$found 缺少 venv / ensurepip 模块。Debian、Ubuntu 请执行：apt-get install python3-venv，然后重试。" \
        "$found has no venv / ensurepip module. On Debian and Ubuntu: apt-get install python3-venv, then try again."
}

recent "$python" || { echo "建立 Python 环境 · Making the Python environment (.venv)"; make_venv; }
echo "安装依赖，仅首次，约一分钟 · Installing dependencies, the first time only, about a minute ($("$python" -V))"
rm -f "$stamp"
"$python" -m pip install -qq --disable-pip-version-check --no-input \
    --require-hashes --only-binary=:all: -r requirements.lock

# The project itself is not installed: its command runs the checkout, from any folder.
cat > .venv/bin/yidang <<LAUNCHER
#!/bin/sh
exec "$python" "$root/app.py" "\$@"
LAUNCHER
chmod +x .venv/bin/yidang
printf '%s' "$wanted" > "$stamp"
