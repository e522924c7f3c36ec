import { writeFileSync } from 'node:fs'
import { readSigningKey, signDocument } from '@huijiao/identity'
import { digestText, sha256 } from '@huijiao/merkle'
import { checkRelease, type ReleaseDocument, releases, releaseText } from '@huijiao/standard'
import { text, type Call, type Command } from '../cli/command.ts'
import { printable, say, tell } from '../cli/terminal.ts'
import { readSecretFile } from '../http/destination.ts'
import { exitCodes, usage, type ExitCode } from '../user-error.ts'
import { readInput } from './standard.ts'

export const standardSign: Command = {
  name: 'standard sign',
  usage: 'FILE --key-file FILE --key-id ID --out FILE',
  summary: {
    zh: '发布机关：检查一份数据标准文件并签名（离线）。',
    en: 'For the issuing authority: checks a release document and signs it, offline.',
  },
  options: {
    'key-file': { type: 'string', value: 'FILE', help: { zh: 'Ed25519 私钥（PKCS#8 PEM）', en: 'Ed25519 private key (PKCS#8 PEM)' } },
    'key-id': {
      type: 'string',
      value: 'ID',
      help: { zh: '密钥编号，即各节点 HUIJIAO_STANDARD_KEYS 中的 keyId', en: 'id of the key, as nodes have it in HUIJIAO_STANDARD_KEYS' },
    },
    out: { type: 'string', value: 'FILE', help: { zh: '写入的文件', en: 'file to write' } },
  },
  positionals: { min: 1, max: 1 },
  refused: { zh: '文件有错误', en: 'the document has faults' },
  examples: ['huijiao standard sign release.json --key-file authority.pem --key-id mohurd-standard --out release-2018-r2.json'],
  run: async (call) => signFile(call),
}

function signFile(call: Call): ExitCode {
  const [keyFile, keyId, out] = [text(call, 'key-file'), text(call, 'key-id'), text(call, 'out')]
  if (keyFile === undefined || keyId === undefined || out === undefined)
    throw usage('须给出 --key-file、--key-id 与 --out', '--key-file, --key-id and --out are needed')
  const { signatures, ...document } = readJsonFile(call.positionals[0] as string)
  const { basedOn } = document as { basedOn?: { id?: string; revision?: number } | null }
  const base = basedOn?.id === undefined ? undefined : releases.get(basedOn.id)
  const held = base !== undefined && base.revision === basedOn?.revision
  // Against another revision of its base every node compares it that holds that one.
  const faults = checkRelease(document, held ? base : undefined)
  for (const fault of faults.slice(0, 50))
    say(call.terminal, printable(`${fault.pointer}：${fault.zh}`), printable(`${fault.pointer}: ${fault.en}`), '✗ ')
  if (faults.length > 0) return exitCodes.refused
  const release = document as unknown as ReleaseDocument
  const canonical = releaseText(release)
  const signature = signDocument(canonical, readSigningKey(keyId, readSecretFile(keyFile)))
  const others = Array.isArray(signatures) ? (signatures as { keyId?: unknown }[]).filter((one) => one.keyId !== keyId) : []
  writeFileSync(out, `${canonical.slice(0, -1)},"signatures":${JSON.stringify([...others, signature])}}\n`)
  const digest = digestText(sha256(Buffer.from(canonical)))
  if (call.terminal.json)
    call.terminal.out(`${JSON.stringify({ release: release.id, revision: release.revision, digest, keyId, file: out })}\n`)
  tell(call.terminal, `已签名 ${release.id} r${release.revision}：${out}`, `signed ${release.id} r${release.revision}: ${out}`, '✓ ')
  tell(call.terminal, digest, digest, '  ')
  return exitCodes.done
}

function readJsonFile(path: string): Record<string, unknown> {
  try {
    const value = JSON.parse(Buffer.from(readInput(path)).toString('utf8')) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw usage(`${path} 不是 JSON 对象`, `${path} is no JSON object`)
}
