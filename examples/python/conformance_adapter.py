#!/usr/bin/env python3
"""A program that the conformance kit can be run against. Python 3.6 or newer, standard library only.
一致性检验包的应答程序示例：厂商把其中的函数换成自己系统的即可。只用标准库。

    huijiao conformance -- python3 examples/python/conformance_adapter.py

It reads one request a line on standard input and answers one line for each on standard output:

    {"id": "...", "do": "validate", "rule": "check.credit-code", "input": {...}}
    {"id": "...", "answer": {...}}          or          {"id": "...", "skipped": "why"}

What it does not do, it says: a vector that is skipped does not fail. Lines end with a line feed and nothing else (U+2028 may stand in a text).
The schemas are those of the node, /v1/schemas/<release>/<entity>.json; here they are read from a folder (--schemas DIR).
"""
import base64
import hashlib
import json
import math
import os
import re
import sys
from datetime import date, datetime, timezone
from urllib.parse import urlsplit

# --- canonical JSON (RFC 8785) ------------------------------------------------------------------------------------------


def canonical(value):
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        value.encode("utf-8")  # half a surrogate pair has no UTF-8, and so no canonical form
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number(float(value))
    if isinstance(value, list):
        return "[%s]" % ",".join(canonical(item) for item in value)
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))  # by UTF-16 code units, as the RFC says
    return "{%s}" % ",".join("%s:%s" % (canonical(name), canonical(value[name])) for name in names)


def number(value):
    """As ECMAScript writes it: the shortest digits, an exponent below 1e-6 and from 1e21 on."""
    if math.isinf(value) or math.isnan(value):
        raise ValueError("no canonical form")
    if value == 0:
        return "0"
    sign, (mantissa, _, exponent) = "-" if value < 0 else "", repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) - (len(whole + fraction) - len((whole + fraction).lstrip("0"))) + int(exponent or 0)
    digits = digits.rstrip("0") or "0"
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    shown = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return "%s%se%s%d" % (sign, shown, "+" if point > 0 else "-", abs(point - 1))


# --- Ed25519 (RFC 8032), slow and for vectors only: a real system uses its library --------------------------------------

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    z, t = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def recover(y, odd):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


G_Y = 4 * pow(5, P - 2, P) % P
G_X = recover(G_Y, 0)
G = (G_X, G_Y, 1, G_X * G_Y % P)


def packed(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def unpacked(data):
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    x = recover(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def hashed(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % L


def ed25519_sign(seed, message):
    wide = hashlib.sha512(seed).digest()
    secret = int.from_bytes(wide[:32], "little") & (1 << 254) - 8 | 1 << 254
    public = packed(multiply(secret, G))
    nonce = hashed(wide[32:] + message)
    commitment = packed(multiply(nonce, G))
    answer = (nonce + hashed(commitment + public + message) * secret) % L
    return commitment + answer.to_bytes(32, "little")


def ed25519_verify(public, message, signature):
    key, commitment, answer = unpacked(public), unpacked(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or commitment is None or answer >= L:
        return False
    right = add(commitment, multiply(hashed(signature[:32] + public + message), key))
    return packed(multiply(answer, G)) == packed(right)


# --- what the kit asks for ----------------------------------------------------------------------------------------------


def do_canonicalize(given):
    try:
        return {"canonical": canonical(json.loads(given["json"]))}
    except ValueError:
        return {"refused": True}


def content_digest(body):
    return "sha-256=:%s:" % base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def do_content_digest(given):
    return {"contentDigest": content_digest(base64.b64decode(given["bodyBase64"]))}


def do_sign(given):
    key = given["key"]
    if key["algorithm"] != "ed25519":
        raise NotHere("this example signs with Ed25519 only")
    address = urlsplit(given["url"])
    digest = content_digest(base64.b64decode(given["bodyBase64"]))
    covered = [
        ("@method", given["method"]),
        ("@authority", address.netloc.lower()),
        ("@path", address.path or "/"),
        ("@query", "?" + address.query),
        ("content-digest", digest),
        ("content-type", given["headers"]["content-type"]),
    ]
    seconds = [int(datetime.strptime(given[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()) for name in ("created", "expires")]
    names = " ".join('"%s"' % name for name, _ in covered)
    parameters = '(%s);created=%d;expires=%d;nonce="%s";keyid="%s";alg="ed25519"' % (names, seconds[0], seconds[1], given["nonce"], key["keyId"])
    lines = ['"%s": %s' % pair for pair in covered] + ['"@signature-params": ' + parameters]
    signature = ed25519_sign(bytes.fromhex(key["seedHex"]), "\n".join(lines).encode("utf-8"))
    return {
        "headers": {
            "content-digest": digest,
            "signature-input": "hub=" + parameters,
            "signature": "hub=:%s:" % base64.b64encode(signature).decode("ascii"),
        }
    }


def do_verify_receipt(given):
    receipt = json.loads(given["receipt"])
    signatures = receipt.pop("signatures")
    text = canonical(receipt).encode("utf-8")
    keys = {key["keyId"]: bytes.fromhex(key["publicKeyHex"]) for key in given["keys"]}
    known = [one for one in signatures if one["keyId"] in keys]
    right = [one["alg"] == "ed25519" and ed25519_verify(keys[one["keyId"]], text, base64.b64decode(one["value"])) for one in known]
    return {"genuine": bool(right) and all(right)}


# --- validation: what a careful sender checks before it sends -----------------------------------------------------------

# The rules that are checked here; vectors of others are skipped.
RULES = {
    "check.company-code", "check.credit-code", "check.organisation-code", "check.resident-id", "code.dictionary", "date.real",
    "field.decimal", "field.empty", "field.integer", "field.length", "field.mandatory", "field.text", "field.type", "field.unknown",
    "number.project",
}
schemas = {}


def schema_of(release, entity):
    key = (release, entity)
    if key not in schemas:
        with open(os.path.join(SCHEMAS, release, entity + ".json"), encoding="utf-8") as file:
            schemas[key] = json.load(file)
    return schemas[key]


def do_validate(given, rule):
    if rule not in RULES:
        raise NotHere("this example does not check %s" % rule)
    schema = schema_of(given["release"], given["entity"])
    data = given["data"]
    problems = [(name, "field-missing") for name in schema["required"] if name not in data]
    for name, value in data.items():
        field = schema["properties"].get(name)
        code = "field-unknown" if field is None else fault_of(field, value, data)
        if code:
            problems.append((name, code))
    return {"problems": [{"pointer": "/data/" + name.replace("~", "~0").replace("/", "~1"), "code": code} for name, code in problems]}


def fault_of(field, value, data):
    """The problem code of one value, or None. Codes are optional in an answer; places are not."""
    if field["type"] == "integer":
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole:
            return "type-wrong"
        return None if field.get("minimum", 0) <= value <= field.get("maximum", 2 ** 53 - 1) else "integer-invalid"
    if not isinstance(value, str):
        return "type-wrong"
    if value == "":
        return "field-empty"
    if field.get("format") == "date" and not is_date(value):
        return "date-invalid"
    if "enum" in field and value not in field["enum"]:
        return "code-unknown"
    if "x-unit" in field or "decimal" in field.get("x-source-type", "") or "float" in field.get("x-source-type", ""):
        if "pattern" in field and not re.search(field["pattern"], value):
            return "decimal-invalid"
    if any(ord(char) < 32 and char not in "\t\n\r" or char == "\x7f" or 0xD800 <= ord(char) <= 0xDFFF for char in value):
        return "text-invalid"
    return check_of(field, value, data) or ("too-long" if len(value) > field.get("maxLength", 1 << 30) else None)


def check_of(field, value, data):
    check = field.get("x-check")
    if check == "project-number" and not re.match(r"^[0-9]{16}$", value):
        return "number-invalid"
    if check == "resident-id" and data.get(field.get("x-type-field"), "1") == "1" and len(value) != 15 and not is_resident_id(value):
        return "resident-id-invalid"
    if check in ("company-code", "company-code-or-other") and not (check.endswith("other") and (value in ("其它", "其他") or is_resident_id(value))):
        if len(value) == 18:
            return None if is_credit_code(value) else "credit-code-invalid"
        if len(value) == 9 or len(value) == 10 and value[8] == "-":
            return None if is_organisation_code(value.replace("-", "")) else "organisation-code-invalid"
        return "company-code-invalid"
    return None


def is_date(value):
    try:
        return bool(re.match(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", value)) and date(int(value[:4]), int(value[5:7]), int(value[8:])) is not None
    except ValueError:
        return False


def is_credit_code(value):
    """GB 32100-2015"""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if not all(char in letters for char in value):
        return False
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return letters[(31 - sum(letters.index(char) * weight for char, weight in zip(value, weights)) % 31) % 31] == value[17]


def is_organisation_code(value):
    """GB 11714"""
    if not re.match(r"^[0-9A-Z]{8}[0-9X]$", value):
        return False
    check = 11 - sum(int(char, 36) * weight for char, weight in zip(value, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return "0123456789X0"[check] == value[8]


def is_resident_id(value):
    """GB 11643"""
    if not re.match(r"^[0-9]{17}[0-9X]$", value) or not is_date("%s-%s-%s" % (value[6:10], value[10:12], value[12:14])):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(char) * weight for char, weight in zip(value, weights)) % 11] == value[17]


# --- lines in, lines out ------------------------------------------------------------------------------------------------


class NotHere(Exception):
    """What this program does not do."""


def answer(request):
    task, given = request["do"], request["input"]
    if task == "validate":
        if "releaseWith" in given:
            raise NotHere("this example knows releases only as they are")
        return do_validate(given, request.get("rule"))
    if task == "link":
        raise NotHere("this example keeps no other records")
    tasks = {"canonicalize": do_canonicalize, "content-digest": do_content_digest, "sign": do_sign, "verify-receipt": do_verify_receipt}
    if task not in tasks:
        raise NotHere("no such task: %s" % task)
    return tasks[task](given)


def main():
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        request = json.loads(line.decode("utf-8"))
        try:
            said = {"id": request["id"], "answer": answer(request)}
        except NotHere as reason:
            said = {"id": request["id"], "skipped": str(reason)}
        out.write(json.dumps(said).encode("ascii") + b"\n")
        out.flush()


SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas")
if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--schemas":
        SCHEMAS = sys.argv[2]
    elif len(sys.argv) != 1:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main()
