import { type Dictionary, type InnerList, parseDictionary } from 'structured-headers'
import { fieldValue, type HeaderFields, signatureInvalid } from './message.ts'

/** One signature of a message, not yet verified. */
export interface ParsedSignature {
  readonly label: string
  readonly keyId: string
  readonly nonce: string
  readonly created: Date
  readonly expires: Date | null
  readonly algorithm: string | null
  readonly input: InnerList
  readonly value: Buffer
}

const signaturesMax = 4
const nonceCharactersMax = 128

/**
 * Reads `Signature-Input` and `Signature`. Empty when neither is there.
 * @throws Problem `signature-invalid` when they are malformed, do not belong together, or lack created, keyid or nonce
 */
export function parseSignatures(headers: HeaderFields): ParsedSignature[] {
  const inputText = fieldValue(headers, 'signature-input')
  const valueText = fieldValue(headers, 'signature')
  if (inputText === null && valueText === null) return []
  const inputs = parseField('Signature-Input', inputText)
  const values = parseField('Signature', valueText)
  if (inputs.size === 0 || inputs.size > signaturesMax) {
    throw signatureInvalid({
      zh: `签名数应为 1 至 ${signaturesMax} 个，现有 ${inputs.size} 个`,
      en: `a request has 1 to ${signaturesMax} signatures, not ${inputs.size}`,
    })
  }
  return [...inputs].map(([label, input]) => {
    const value = values.get(label)?.[0]
    if (!Array.isArray(input[0]))
      throw signatureInvalid({
        zh: `Signature-Input 的 ${label} 不是组件列表`,
        en: `${label} of Signature-Input is not a list of components`,
      })
    if (!(value instanceof ArrayBuffer))
      throw signatureInvalid({ zh: `Signature 中没有 ${label} 的字节`, en: `Signature has no bytes for ${label}` })
    return readParameters(label, input as InnerList, Buffer.from(value))
  })
}

function parseField(name: string, text: string | null): Dictionary {
  if (text === null) throw signatureInvalid({ zh: `缺少 ${name} 头`, en: `${name} is missing` })
  try {
    return parseDictionary(text)
  } catch (cause) {
    throw signatureInvalid({ zh: `${name} 不符合 RFC 8941 字典格式`, en: `${name} is not a dictionary of RFC 8941` }, cause)
  }
}

function readParameters(label: string, input: InnerList, value: Buffer): ParsedSignature {
  const parameters = input[1]
  const nonce = text('nonce')
  if (nonce.length > nonceCharactersMax)
    throw signatureInvalid({
      zh: `nonce 超过 ${nonceCharactersMax} 个字符`,
      en: `the nonce is longer than ${nonceCharactersMax} characters`,
    })
  const algorithm = parameters.get('alg') === undefined ? null : text('alg')
  return {
    label,
    keyId: text('keyid'),
    nonce,
    created: instant('created'),
    expires: parameters.get('expires') === undefined ? null : instant('expires'),
    algorithm,
    input,
    value,
  }

  function text(name: string): string {
    const found = parameters.get(name)
    if (typeof found === 'string' && found !== '') return found
    throw signatureInvalid({ zh: `签名 ${label} 缺少参数 ${name}`, en: `the signature ${label} lacks the parameter ${name}` })
  }
  function instant(name: string): Date {
    const found = parameters.get(name)
    if (typeof found === 'number' && Number.isInteger(found) && Math.abs(found) < 8.64e12) return new Date(found * 1000)
    throw signatureInvalid({
      zh: `签名 ${label} 的参数 ${name} 应为整数秒`,
      en: `the parameter ${name} of the signature ${label} is not a whole number of seconds`,
    })
  }
}
