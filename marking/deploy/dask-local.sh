#!/usr/bin/env bash
# Mark an inbox with a Dask scheduler and workers on this machine: the same three commands as on
# several, where each runs on a machine of its own.
#
#   marking/deploy/dask-local.sh inbox 2        two workers; more arguments go to `grade`
#
# The scheduler listens to this machine alone. Anyone who can reach a scheduler can run any program on
# its workers: on several machines, keep its port in a closed network or use Dask's TLS settings.
set -euo pipefail

if [[ $# -lt 2 || ! -d $1 || ! $2 =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: $0 INBOX WORKERS [arguments of grade]" >&2
  exit 2
fi
inbox=$1 workers=$2
shift 2
python=${PYTHON:-$PWD/.venv/bin/python}
[[ -x $python ]] || { echo "Run python3 course.py grade --help here first." >&2; exit 2; }
export PYTHONPATH=$PWD
logs=$(mktemp -d)
started=()
# Each of the two has a process group of its own: Ctrl-C reaches the command, which keeps what is
# finished; then they end. Nothing is lost with them, so they get half a second.
end() {
  for signal in TERM KILL; do
    for pid in "${started[@]}"; do kill -$signal -- "-$pid" 2>/dev/null || true; done
    [[ $signal == KILL ]] || sleep 0.5
  done
  rm -rf "$logs"
}
trap end EXIT

# 1. The scheduler. On several machines: --host with this machine's address, and --port 8786.
setsid "$python" -m distributed.cli.dask_scheduler --host 127.0.0.1 --port 0 --no-dashboard \
  --scheduler-file "$logs/scheduler.json" >"$logs/scheduler.log" 2>&1 &
started+=($!)
disown
address=
for _ in $(seq 300); do
  address=$(sed -n 's/.*"address": *"\([^"]*\)".*/\1/p' "$logs/scheduler.json" 2>/dev/null || true)
  [[ -n $address ]] && break
  sleep 0.2
done
[[ -n $address ]] || { cat "$logs/scheduler.log" >&2; exit 1; }

# 2. Workers: one thread each, because a submission is a process of its own.
setsid "$python" -m distributed.cli.dask_worker "$address" --nworkers "$workers" --nthreads 1 \
  --no-dashboard --local-directory "$logs" >"$logs/workers.log" 2>&1 &
started+=($!)
disown

# 3. The command. It writes the marks; workers write nothing that is kept.
"$python" -m marking grade "$inbox" --scheduler "$address" "$@"
