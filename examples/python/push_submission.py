#!/usr/bin/env python3
"""Pushes one submission file to a huijiao node. Python 3.6 or newer, standard library only.
把一个报送批次文件报送到汇交节点。只用标准库。

    HUIJIAO_API_KEY=hj_… python3 push_submission.py http://127.0.0.1:7101 first.json

The file is a JSON document, or NDJSON (*.ndjson, *.jsonl), with its own id. After any failure the same bytes are sent again: the node knows
the submission by its id and answers the same receipt, so nothing is stored twice. The receipt is kept beside the file.

Exit codes: 0 all stored, 1 records refused or the submission not taken, 2 usage, 3 node unreachable or key refused.
"""
import base64
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urljoin, urlsplit

TRIES = 8
TIMEOUT_S = 600


def call(method, url, key, body=None, headers=()):
    """One request that is sent again while the network or the node fails. Returns (status, headers, bytes)."""
    for attempt in range(TRIES):
        request = urllib.request.Request(url, data=body, method=method, headers=dict(headers))
        request.add_header("Authorization", "Bearer " + key)
        wait_s = min(30, 0.5 * 2 ** attempt)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            content = error.read()
            if error.code not in (408, 425, 429) and error.code < 500:
                return error.code, error.headers, content
            reason = "HTTP %d" % error.code
            asked = error.headers.get("Retry-After", "")
            wait_s = max(wait_s, int(asked)) if asked.isdigit() else wait_s
            last = (error.code, error.headers, content)
        except (OSError, urllib.error.URLError) as error:
            reason = str(error)
            last = None
        if attempt + 1 < TRIES:
            print("… %s，%.1f 秒后用同样的内容重试 / the same bytes go again in %.1f s" % (reason, wait_s, wait_s), file=sys.stderr)
            time.sleep(wait_s)
    if last is not None:
        return last
    print("✗ 无法访问 %s / cannot reach it: %s" % (url, reason), file=sys.stderr)
    sys.exit(3)


def await_receipt(node, location, key):
    """Follows a 202 until the receipt is there. Returns None when the node lost the body and wants it again."""
    status_url = urljoin(node + "/", location)
    if urlsplit(status_url).netloc != urlsplit(node).netloc:
        sys.exit("✗ Location 指向别的主机，密钥不会发往那里 / the Location is on another host")
    while True:
        time.sleep(1)
        _, _, content = call("GET", status_url, key)
        state = json.loads(content.decode("utf-8")).get("state")
        if state == "incomplete":
            return None
        if state == "finished":
            return call("GET", status_url + "/receipt", key)[2]


def show(problem):
    """One problem: what is wrong, where, and how to mend it."""
    print("    %s：%s（%s）" % (problem["title"], problem["detail"], problem.get("pointer", "")))
    print("    提示 hint: %s / %s" % (problem["hint"], problem["en"]["hint"]))
    for fix in problem.get("fix", []):
        print("    修正 fix: %s" % json.dumps(fix, ensure_ascii=False))


def main(node, path):
    key = os.environ.get("HUIJIAO_API_KEY", "")
    if not key:
        print("✗ 请设置环境变量 HUIJIAO_API_KEY / set HUIJIAO_API_KEY", file=sys.stderr)
        return 2
    with open(path, "rb") as file:
        body = file.read()  # the exact bytes: a retry must send the same
    ndjson = path.lower().endswith((".ndjson", ".jsonl"))
    headers = {
        "Content-Type": "application/x-ndjson" if ndjson else "application/json",
        "Content-Digest": "sha-256=:%s:" % base64.b64encode(hashlib.sha256(body).digest()).decode("ascii"),
    }
    node = node.rstrip("/")
    receipt = None
    while receipt is None:
        status, answered, content = call("POST", node + "/v1/submissions", key, body, headers.items())
        if status == 202:
            receipt = await_receipt(node, answered["Location"], key)
        elif status == 200:
            receipt = content
        else:
            print("✗ 节点未接受（HTTP %d）/ the node did not take it" % status)
            try:
                show(json.loads(content.decode("utf-8")))
            except (ValueError, KeyError):
                print(content[:500])
            return 3 if status in (401, 403) or status >= 500 else 1

    with open(path + ".receipt.json", "wb") as file:
        file.write(receipt)
    judged = json.loads(receipt.decode("utf-8"))
    counts = {name: count for name, count in judged["counts"].items() if count}
    print("回执 receipt %s：%s %s" % (judged["submission"]["id"], judged["outcome"], json.dumps(counts)))
    for record in judged.get("records", []):
        if record["outcome"] == "refused":
            print("✗ 第 %d 条 record %d %s %s 退回 refused" % (record["index"] + 1, record["index"] + 1, record["entity"], record["sourceId"]))
            for problem in record["problems"]:
                show(problem)
    return 1 if judged["counts"]["refused"] else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stderr.reconfigure(encoding="utf-8")
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except (FileNotFoundError, PermissionError) as error:
        print("✗ %s" % error, file=sys.stderr)
        sys.exit(2)
