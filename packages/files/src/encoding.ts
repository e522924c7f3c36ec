import { isAscii, isUtf8 } from 'node:buffer'
import { Problem } from '@huijiao/problem'
import { type FileSource, slabsOf } from './source.ts'

/** GB18030 holds all of GBK and GB2312; one decoder reads the three. */
export type TextEncodingName = 'utf-8' | 'gb18030'

export interface DetectedEncoding {
  readonly name: TextEncodingName
  /** `charset`: the sender said so; `bom`, `content`: found here; `ascii`: the file has nothing that would tell, and needs nothing. */
  readonly by: 'charset' | 'bom' | 'content' | 'ascii'
  /** Bytes of the byte order mark. */
  readonly bomBytes: number
}

const labels: Readonly<Record<string, TextEncodingName>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  gb18030: 'gb18030',
  cp936: 'gb18030',
  'x-gbk': 'gb18030',
}

/** @throws Problem file-text-encoding when the name is none that is read here */
export function encodingNamed(label: string): TextEncodingName {
  const name = labels[label.trim().toLowerCase()]
  if (name !== undefined) return name
  throw new Problem('file-text-encoding', {
    zh: `不支持编码“${label.slice(0, 40)}”；可用 UTF-8、GBK、GB18030`,
    en: `The encoding "${label.slice(0, 40)}" is not supported; UTF-8, GBK and GB18030 are`,
  })
}

/**
 * Finds how a text file is encoded: by what the sender said, by its mark, or by its first bytes that are not ASCII. A text that is both
 * UTF-8 and GBK is taken as UTF-8: in more than a few characters that does not happen by chance.
 * @param said the charset the sender named
 * @throws Problem file-text-encoding
 */
export async function detectEncoding(source: FileSource, said?: string): Promise<DetectedEncoding> {
  let at = 0
  let bomBytes = 0
  for await (const slab of slabsOf(source)) {
    if (at === 0) {
      if (slab[0] === 0xef && slab[1] === 0xbb && slab[2] === 0xbf) bomBytes = 3
      if ((slab[0] === 0xff && slab[1] === 0xfe) || (slab[0] === 0xfe && slab[1] === 0xff)) throw utf16()
      if (said !== undefined) return { name: encodingNamed(said), by: 'charset', bomBytes }
      if (bomBytes > 0) return { name: 'utf-8', by: 'bom', bomBytes }
    }
    if (!isAscii(slab)) return { name: judge(slab, at), by: 'content', bomBytes }
    at += slab.length
  }
  return { name: said === undefined ? 'utf-8' : encodingNamed(said), by: said === undefined ? 'ascii' : 'charset', bomBytes }
}

/**
 * Judges the first slab that is not ASCII, line by line: lines that are UTF-8 against lines that are GB18030 and no UTF-8. What stands before
 * it was ASCII, so it begins with a whole character; its last line may be cut and is asked only when it is the only one.
 */
function judge(slab: Buffer, at: number): TextEncodingName {
  const votes = { 'utf-8': 0, gb18030: 0, neither: 0 }
  for (let from = 0; from < slab.length;) {
    const feed = slab.indexOf(0x0a, from)
    const to = feed === -1 ? slab.length : feed
    const line = slab.subarray(from, to)
    from = to + 1
    if (isAscii(line)) continue
    const whole = feed !== -1
    if (isUtf8(line) || (!whole && decodes('utf-8', line))) votes['utf-8'] += 1
    else if (decodes('gb18030', line)) votes.gb18030 += 1
    else votes.neither += 1
  }
  const { 'utf-8': utf8, gb18030: gb, neither } = votes
  if (neither > utf8 + gb) {
    throw new Problem('file-text-encoding', {
      zh: `第 ${at} 字节之后的文字既不是 UTF-8，也不是 GBK/GB18030`,
      en: `The text after byte ${at} is neither UTF-8 nor GBK/GB18030`,
    })
  }
  return utf8 >= gb ? 'utf-8' : 'gb18030'
}

/** Whether a line is in an encoding; a character that its end cuts is forgiven. */
function decodes(name: TextEncodingName, line: Buffer): boolean {
  try {
    new TextDecoder(name, { fatal: true }).decode(line, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * Whether a text that is not UTF-8 is GB18030 rather than damaged UTF-8. Damaged UTF-8 often decodes as GB18030 too, to other characters; but read
 * as UTF-8 most of it is whole, and a text in GB18030 is hardly ever.
 */
export async function isGb18030(source: FileSource): Promise<boolean> {
  const gb = new TextDecoder('gb18030', { fatal: true })
  const utf8 = new TextDecoder('utf-8')
  let [broken, whole] = [0, 0]
  try {
    for await (const slab of slabsOf(source)) {
      gb.decode(slab, { stream: true })
      if (isAscii(slab)) continue
      for (const char of utf8.decode(slab, { stream: true })) {
        if (char === '\ufffd') broken += 1
        // Pairs of GB18030 often look like the two bytes of a letter of UTF-8, hardly ever like the three of a Chinese character.
        else if (char > '\u07ff') whole += 1
      }
    }
    gb.decode()
  } catch {
    return false
  }
  return broken > 2 * whole
}

function utf16(): Problem {
  return new Problem(
    'file-text-encoding',
    { zh: '文件是 UTF-16（Excel 的“Unicode 文本”）', en: 'The file is UTF-16 (what Excel calls Unicode text)' },
    {
      hint: {
        zh: '在 Excel 中“另存为 → CSV UTF-8（逗号分隔）”，或直接报送 .xlsx',
        en: 'In Excel choose Save as, CSV UTF-8 (comma delimited), or send the .xlsx itself',
      },
    },
  )
}

/** Decodes one piece that begins and ends between characters; null when it is not in that encoding. */
export function decodePiece(name: TextEncodingName, bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (name === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : null
  try {
    return gb18030.decode(bytes)
  } catch {
    return null
  }
}

const gb18030 = new TextDecoder('gb18030', { fatal: true })

/** Decodes a stream of bytes; a character cut by a slab's end waits for the next. @throws Problem file-text-encoding */
export async function* decodeStream(slabs: AsyncIterable<Buffer> | Iterable<Buffer>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(name, { fatal: true })
  try {
    for await (const slab of slabs) yield decoder.decode(slab, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Problem(
      'file-text-encoding',
      { zh: `文中有不属于 ${name.toUpperCase()} 的字节`, en: `There are bytes that are not ${name.toUpperCase()}` },
      { cause: error },
    )
  }
}
