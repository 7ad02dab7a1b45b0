#!/usr/bin/env bash
# What a container runs: `grade ...`, `scheduler ...` or `worker ...`.
set -euo pipefail
what=${1:-grade}
shift || true
case $what in
  grade) exec python -m marking grade "$@" ;;
  scheduler) exec python -m distributed.cli.dask_scheduler --no-dashboard "$@" ;;
  worker) exec python -m distributed.cli.dask_worker --nthreads 1 --no-dashboard "$@" ;;
  *) echo "grade, scheduler or worker, not $what" >&2; exit 2 ;;
esac
