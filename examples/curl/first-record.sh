#!/bin/sh
# A vendor's first record, with curl alone. Needs a running node: `npm start` in the project, in another terminal.
# 业务系统的第一条记录，只用 curl。先在另一个终端运行 `npm start`。
#
#   sh examples/curl/first-record.sh
#
# Another node than the demonstration's: set N (its address) and KEY (your API key).
set -eu
cd "$(dirname "$0")"
DEMO="${HUIJIAO_DEMO_DIR:-../../.huijiao}/demo.json"
OUT="${OUT:-$(mktemp -d)}"
if [ -z "${KEY:-}" ]; then
  [ -f "$DEMO" ] || { echo "✗ 没有 $DEMO：先运行 npm start，或设置 N 和 KEY" >&2; echo "✗ there is no $DEMO: run npm start first, or set N and KEY" >&2; exit 2; }
  KEY=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).participant.apiKey' "$DEMO")
  N=${N:-$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).nodes.find((node) => node.tier === "municipal").url' "$DEMO")}
fi
N=${N:-http://127.0.0.1:7101}
A="Authorization: Bearer $KEY"; J="Content-Type: application/json"
say() { printf '\n# %s\n' "$1"; }
# Pretty-prints JSON; with a second argument, one member of it.
show() { node -e 'const d = JSON.parse(require("fs").readFileSync(process.argv[1])); const p = process.argv[2]; console.log(JSON.stringify(p ? p.split(".").reduce((at, name) => at[name], d) : d, null, 1))' "$@"; }

say "1. 数据标准，以及我可以报送什么 · releases, and what I may send"
curl -sSf -H "$A" "$N/v1/standards" -o "$OUT/standards.json"
show "$OUT/standards.json" caller

say "2. 项目表的结构 · the schema of a project"
curl -sSf "$N/v1/schemas/2018/TBProjectInfo.json" -o "$OUT/schema.json"
show "$OUT/schema.json" required

say "3. 试校验：一次列出全部问题 · dry run: every problem at once"
curl -sSf -H "$A" -H "$J" --data-binary @first.json "$N/v1/submissions?dryRun=true" -o "$OUT/dry-run.json"
show "$OUT/dry-run.json" counts

say "4. 报送，得到回执 · submit, and receive the receipt"
curl -sSf -H "$A" -H "$J" --data-binary @first.json "$N/v1/submissions" -o "$OUT/r1.json"
show "$OUT/r1.json"

say "5. 再报送一次：同样的字节，同样的回执 · send it again: the same bytes, the same receipt"
curl -sSf -H "$A" -H "$J" --data-binary @first.json "$N/v1/submissions" | cmp - "$OUT/r1.json"
echo "same"

say "6. 本级和上级的状态 · where it stands, here and above"
curl -sSf -H "$A" "$N/v1/submissions/1e8ff4cc-25ea-4de4-aa4f-2531371bd198" -o "$OUT/status.json"
show "$OUT/status.json"

say "7. 一条被退回的记录，回执里写明怎样改 · a refused record: its receipt says how to mend it"
curl -sSf -H "$A" -H "$J" --data-binary @refused.json "$N/v1/submissions?dryRun=true" -o "$OUT/refused.json"
show "$OUT/refused.json" records.0.problems

say "8. 流转轨迹，可离线核验 · the chain of custody, verified offline"
RECORD_ID=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).records[0].recordId' "$OUT/r1.json")
# The receipt promises (logBy) by when the record stands in a signed checkpoint.
tries=0
until curl -sSf -H "$A" "$N/v1/records/$RECORD_ID/custody" -o "$OUT/c.json" 2>"$OUT/custody.err"; do
  tries=$((tries + 1)); [ "$tries" -lt 30 ] || { cat "$OUT/custody.err" >&2; exit 1; }
  sleep 1
done
node ../../packages/client/bin/huijiao.mjs verify "$OUT/c.json" --node "$N"
echo
echo "$OUT"
