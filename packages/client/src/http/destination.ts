import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { usage } from '../user-error.ts'

/** How a request proves who sends it: an API key, or an RFC 9421 signature. */
export type Credentials =
  | { readonly kind: 'api-key'; readonly secret: string }
  | { readonly kind: 'signature'; readonly keyId: string; readonly privateKey: KeyObject }

/** A node, and who we are to it. */
export interface Destination {
  /** Without a trailing slash. */
  readonly url: string
  readonly credentials: Credentials | null
  /** `fetch`, unless a test or a proxy brings its own. */
  readonly fetch?: typeof fetch
}

/**
 * Reads a node's address: `http(s)://host[:port][/path]`.
 * @throws UserError (usage)
 */
export function readNodeUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw usage(`不是节点地址：${value}`, `not the address of a node: ${value}`, {
      zh: '例如 https://hub.example.gov.cn 或 http://127.0.0.1:7101',
      en: 'such as https://hub.example.gov.cn or http://127.0.0.1:7101',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw usage('地址中不能写用户名或密码', 'an address takes no user name or password', {
      zh: '密钥用 --key-file 或环境变量 HUIJIAO_API_KEY',
      en: 'use --key-file or HUIJIAO_API_KEY',
    })
  }
  return url.href.replace(/\/+$/, '')
}

const apiKeyForm = /^[\x21-\x7e]{8,200}$/

/**
 * Credentials from a key file, or else from the environment. A file holds an API key on one line, or a private key in PEM (Ed25519, or
 * ECDSA on P-256), which signs each request under `keyId`.
 * @throws UserError (usage)
 */
export function readCredentials(options: {
  keyFile?: string | undefined
  keyId?: string | undefined
  apiKey?: string | undefined
}): Credentials | null {
  if (options.keyFile === undefined) {
    const secret = options.apiKey?.trim() ?? ''
    if (secret === '') return null
    if (!apiKeyForm.test(secret)) throw usage('环境变量 HUIJIAO_API_KEY 不是 API 密钥', 'HUIJIAO_API_KEY does not hold an API key')
    return { kind: 'api-key', secret }
  }
  const content = readSecretFile(options.keyFile)
  if (content.includes('-----BEGIN')) return signatureCredentials(content, options.keyFile, options.keyId)
  if (!apiKeyForm.test(content)) {
    throw usage(
      `${options.keyFile} 里不是 API 密钥，也不是 PEM 私钥`,
      `${options.keyFile} holds neither an API key nor a private key in PEM`,
    )
  }
  return { kind: 'api-key', secret: content }
}

function signatureCredentials(pem: string, file: string, keyId: string | undefined): Credentials {
  if (keyId === undefined) throw usage('用私钥签名时须用 --key-id 给出密钥编号', 'signing with a private key needs its id: --key-id')
  const unusable = (cause?: unknown) =>
    usage(`${file} 不是可用的私钥`, `${file} is not a usable private key`, {
      zh: `应为未加密的 PEM，Ed25519 或 P-256${cause instanceof Error ? `（${cause.message}）` : ''}`,
      en: 'it must be PEM without a passphrase, Ed25519 or P-256; make one with: openssl genpkey -algorithm ed25519',
    })
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch (cause) {
    throw unusable(cause)
  }
  const known = privateKey.asymmetricKeyType === 'ed25519' || privateKey.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  if (!known) throw unusable()
  return { kind: 'signature', keyId, privateKey }
}

/** A secret on one line of a file. @throws UserError (usage) when it cannot be read */
export function readSecretFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw usage(`读不了文件 ${path}`, `cannot read ${path}: ${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}`)
  }
}

/** Whether others than the owner may read a file of secrets; false on systems without such permissions. */
export function readableByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0
}
