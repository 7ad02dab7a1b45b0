#!/usr/bin/env bash
# Mark an inbox as a Slurm array: parts on any machines, then one job that merges them.
#
#   marking/deploy/slurm.sh inbox 20            twenty parts; more arguments go to `grade`
#   marking/deploy/slurm.sh inbox 20 --roster class.csv
#
# Start it in the folder of the collection, on a disk that all machines see, after
# `python3 course.py grade --help` has set it up once. A part that fails or runs out of time loses
# nothing: start the same command again, and only what has no result is run.
set -euo pipefail

if [[ $# -lt 2 || ! -d $1 || ! $2 =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: $0 INBOX PARTS [arguments of grade]" >&2
  exit 2
fi
inbox=$(realpath "$1") parts=$2
shift 2
work=${inbox}_parts
mkdir -p "$work"
python=${PYTHON:-$PWD/.venv/bin/python}
[[ -x $python ]] || { echo "Run python3 course.py grade --help here first." >&2; exit 2; }
more=
for argument in "$@"; do more+=" $(printf %q "$argument")"; done
folders=
for part in $(seq "$parts"); do folders+=" $(printf %q "$work/$part")"; done

# --workers: as many submissions at a time as the job has processors. --signal: two minutes before
# its time is up, a part is stopped as by Ctrl-C and keeps what is finished.
array=$(sbatch --parsable --job-name=marking --array="1-$parts" --cpus-per-task=4 --mem=12G \
  --time=04:00:00 --signal=B:INT@120 --output="$work/%a.log" <<JOB
#!/usr/bin/env bash
exec $(printf %q "$python") -m marking grade $(printf %q "$inbox") --workers "\$SLURM_CPUS_PER_TASK" \
  --shard "\$SLURM_ARRAY_TASK_ID/$parts" --out $(printf %q "$work")/"\$SLURM_ARRAY_TASK_ID"$more
JOB
)
# afterany: also when a part failed. The tables then say how many have not been run.
sbatch --parsable --job-name=marks --dependency="afterany:$array" --time=01:00:00 \
  --output="$work/merge.log" <<JOB
#!/usr/bin/env bash
exec $(printf %q "$python") -m marking grade $(printf %q "$inbox") --merge$folders$more
JOB
echo "Parts: job $array. Their words: $work/*.log. Marks: ${inbox}_marks/."
