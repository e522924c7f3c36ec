/** Reads `length` bytes of a file from an offset on; fewer at its end. */
export type ReadAt = (from: number, length: number) => Promise<Buffer>

interface Signature {
  readonly mediaType: string
  /** Hex of the first bytes. */
  readonly begins: string
}

/** First bytes by ISO 32000-1 §7.5.2, ITU-T T.81, ISO/IEC 15948 §5.2, TIFF 6.0 §2. */
const signatures: readonly Signature[] = [
  { mediaType: 'application/pdf', begins: '255044462d' },
  { mediaType: 'image/jpeg', begins: 'ffd8ff' },
  { mediaType: 'image/png', begins: '89504e470d0a1a0a' },
  { mediaType: 'image/tiff', begins: '49492a00' },
  { mediaType: 'image/tiff', begins: '4d4d002a' },
]

/** What a ZIP package is, by the parts that its kind must have (GB/T 33190-2016 for OFD, ECMA-376 for the others). */
const packages: readonly { readonly mediaType: string; readonly parts: readonly string[] }[] = [
  { mediaType: 'application/ofd', parts: ['OFD.xml'] },
  {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    parts: ['[Content_Types].xml', 'word/document.xml'],
  },
  { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', parts: ['[Content_Types].xml', 'xl/workbook.xml'] },
]

/** Texts, by how they begin; CSV is plain text, as nothing in it says otherwise. */
const texts = { json: 'application/json', xml: 'application/xml', plain: 'text/plain' } as const

/** Every media type that can be told from content. */
export const knownMediaTypes: readonly string[] = [
  ...new Set([...signatures.map((one) => one.mediaType), ...packages.map((one) => one.mediaType), ...Object.values(texts)]),
]

/**
 * The media type of a file by its content; its name and what the sender says do not count. Nothing is decompressed.
 * @param size bytes of the whole file
 * @returns null when it is none of `knownMediaTypes`
 */
export async function detectMediaType(read: ReadAt, size: number): Promise<string | null> {
  const head = (await read(0, Math.min(16, size))).toString('hex')
  const found = signatures.find((one) => head.startsWith(one.begins))
  if (found !== undefined) return found.mediaType
  if (!head.startsWith('504b0304')) return textType(await read(0, Math.min(textHeadBytes, size)))
  const names = await zipNames(read, size)
  return packages.find((one) => one.parts.every((part) => names.has(part)))?.mediaType ?? null
}

/** So much of a text is looked at. */
const textHeadBytes = 64 * 1024

/** What kind of text it is; null when it is none: neither UTF-8 nor GB18030, or with control characters that no text has. */
function textType(head: Buffer): string | null {
  if (head.length === 0) return null
  const text = decoded(head, 'utf-8') ?? decoded(head, 'gb18030')
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (text === null || /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) return null
  const first = text.trimStart()
  if (first.startsWith('<')) return texts.xml
  return first.startsWith('{') || first.startsWith('[') ? texts.json : texts.plain
}

/** The beginning of a text; a character that is cut at its end does no harm. */
function decoded(head: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true })
  } catch {
    return null
  }
}

const endBytes = 22
const commentMax = 65_535
/** More of a central directory is not read: packages of documents have some hundred parts. */
const directoryMax = 1024 * 1024

/** Names of the files of a ZIP by its central directory (APPNOTE.TXT 4.3.12); empty when it has none that can be read. */
async function zipNames(read: ReadAt, size: number): Promise<Set<string>> {
  const names = new Set<string>()
  const from = Math.max(0, size - endBytes - commentMax)
  const tail = await read(from, size - from)
  const end = tail.lastIndexOf('504b0506', undefined, 'hex')
  if (end === -1 || end + endBytes > tail.length) return names
  const bytes = tail.readUInt32LE(end + 12)
  const start = tail.readUInt32LE(end + 16)
  if (bytes > directoryMax || start + bytes > size) return names
  const directory = await read(start, bytes)
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50;) {
    const nameBytes = directory.readUInt16LE(at + 28)
    names.add(directory.toString('utf8', at + 46, at + 46 + nameBytes))
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return names
}
