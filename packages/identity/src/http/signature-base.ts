import { type InnerList, type Item, serializeInnerList, serializeItem } from 'structured-headers'
import { fieldValue, type HttpMessage, signatureInvalid } from './message.ts'

/**
 * The text that is signed (RFC 9421 §2.5): one line a covered component, and last the parameters themselves.
 * @param input the inner list of `Signature-Input`: component identifiers, and the parameters of the signature
 * @throws Problem `signature-invalid` for a component that is unknown, absent, covered twice, or asked for in a form that we do not take
 */
export function signatureBase(message: HttpMessage, input: InnerList): string {
  const lines: string[] = []
  const seen = new Set<string>()
  for (const component of input[0]) {
    const identifier = serializeItem(component)
    if (seen.has(identifier)) throw signatureInvalid({ zh: `签名重复覆盖 ${identifier}`, en: `the signature covers ${identifier} twice` })
    seen.add(identifier)
    lines.push(`${identifier}: ${componentValue(message, component, identifier)}`)
  }
  lines.push(`"@signature-params": ${serializeInnerList(input)}`)
  return lines.join('\n')
}

/** Name of a covered component; null when it is not a string or has parameters, which no component that we require has. */
export function plainName(component: Item): string | null {
  return typeof component[0] === 'string' && component[1].size === 0 ? component[0] : null
}

function componentValue(message: HttpMessage, component: Item, identifier: string): string {
  const [name, parameters] = component
  if (typeof name !== 'string' || name !== name.toLowerCase()) {
    throw signatureInvalid({
      zh: `签名组件 ${identifier} 的名称应为小写字符串`,
      en: `the name of the component ${identifier} is not a lower-case string`,
    })
  }
  const value =
    name === '@query-param'
      ? queryParameter(message, component)
      : parameters.size > 0
        ? undefined
        : name.startsWith('@')
          ? derived(message, name)
          : fieldValue(message.headers, name)
  if (value === undefined)
    throw signatureInvalid({ zh: `不支持签名组件 ${identifier}`, en: `the component ${identifier} is not supported` })
  if (value === null)
    throw signatureInvalid({
      zh: `签名覆盖了 ${identifier}，但请求中没有它`,
      en: `the signature covers ${identifier}, which the message does not have`,
    })
  if (!/^[\t\x20-\x7e]*$/.test(value))
    throw signatureInvalid({ zh: `${identifier} 的值含 ASCII 以外的字符`, en: `the value of ${identifier} has characters beyond ASCII` })
  return value
}

/** Derived components (§2.2). Undefined: not one that we know. Null: the message has none. */
function derived(message: HttpMessage, name: string): string | null | undefined {
  const url = message.url === undefined ? null : splitUrl(message.url)
  switch (name) {
    case '@method':
      return message.method ?? null
    case '@status':
      return message.status === undefined ? null : String(message.status)
    case '@target-uri':
      return url === null ? null : `${url.scheme}://${url.authority}${url.path}${url.query ?? ''}`
    case '@authority':
      return url?.authority ?? null
    case '@scheme':
      return url?.scheme ?? null
    case '@request-target':
      return url === null ? null : `${url.path}${url.query ?? ''}`
    case '@path':
      return url?.path ?? null
    case '@query':
      return url === null ? null : (url.query ?? '?')
    default:
      return undefined
  }
}

function queryParameter(message: HttpMessage, component: Item): string | null | undefined {
  const wanted = component[1].get('name')
  if (typeof wanted !== 'string' || component[1].size !== 1 || message.url === undefined) return undefined
  const values = [...new URLSearchParams(splitUrl(message.url).query ?? '')].filter(([name]) => percentEncode(name) === wanted)
  return values.length === 1 ? percentEncode(values[0]?.[1] ?? '') : null // named twice, it would be open which one is meant
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

interface SplitUrl {
  readonly scheme: string
  readonly authority: string
  readonly path: string
  readonly query: string | null
}

/** Cuts without re-encoding: what was sent is what was signed. */
function splitUrl(url: string): SplitUrl {
  const found = /^(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?/i.exec(url)
  if (found === null)
    throw signatureInvalid({
      zh: '请求的地址不完整（Host 头缺失或有误）',
      en: 'the address of the request is not whole (the Host header is missing or wrong)',
    })
  const scheme = (found[1] as string).toLowerCase()
  const authority = (found[2] as string).toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')
  return { scheme, authority, path: found[3] === '' || found[3] === undefined ? '/' : found[3], query: found[4] ?? null }
}
