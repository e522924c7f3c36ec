import { Problem, type Words } from '@huijiao/problem'
import { type FileSource, headOf } from './source.ts'

/** The files of rows that are read here. */
export type FileKind = 'csv' | 'xlsx' | 'xml'

export const xlsxMediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const mediaTypes: Readonly<Record<string, FileKind>> = {
  'text/csv': 'csv',
  'application/csv': 'csv',
  [xlsxMediaType]: 'xlsx',
  'application/xml': 'xml',
  'text/xml': 'xml',
}

/** The kind a media type names; null for one that names none of ours, such as what browsers send for a file they do not know. */
export function kindOfMediaType(mediaType: string | undefined): FileKind | null {
  return mediaTypes[mediaType?.split(';')[0]?.trim().toLowerCase() ?? ''] ?? null
}

/** The charset parameter of a media type. */
export function charsetOf(mediaType: string | undefined): string | undefined {
  return /;\s*charset="?([^";\s]+)"?/i.exec(mediaType ?? '')?.[1]
}

/**
 * Tells from a file's own bytes what it is. Neither its name nor the media type is believed: browsers call a CSV file
 * `application/vnd.ms-excel`, and systems name their HTML tables `.xls`.
 * @param claimed what the sender called it, to say so when it is something else
 * @throws Problem file-kind-unsupported, with the way to convert it
 */
export async function sniffKind(source: FileSource, claimed: { kind?: FileKind | null; name?: string } = {}): Promise<FileKind> {
  const head = await headOf(source, 64 * 1024)
  const found = kindOfBytes(head, claimed.name ?? '')
  if (claimed.kind !== undefined && claimed.kind !== null && claimed.kind !== found) {
    throw new Problem(
      'file-kind-unsupported',
      {
        zh: `报送时称文件是 ${claimed.kind.toUpperCase()}，内容却是 ${found.toUpperCase()}`,
        en: `The file is called ${claimed.kind.toUpperCase()}, its content is ${found.toUpperCase()}`,
      },
      {
        hint: {
          zh: `Content-Type 改为 ${contentTypeOf(found)} 后重报；文件若被改过扩展名，请改回`,
          en: `Send it as ${contentTypeOf(found)}; if its name was changed, change it back`,
        },
      },
    )
  }
  return found
}

const contentTypeOf = (kind: FileKind) => (kind === 'csv' ? 'text/csv' : kind === 'xml' ? 'application/xml' : xlsxMediaType)

function kindOfBytes(head: Buffer, name: string): FileKind {
  if (head.length >= 8 && head.readUInt32BE(0) === 0xd0cf11e0) throw compoundFile(head, name)
  if (head.subarray(0, 2).toString('latin1') === 'PK') return 'xlsx'
  const start = head.subarray(0, 4096)
  const text = start
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (start.subarray(0, 4).toString('latin1') === '%PDF')
    throw unsupported('PDF 文件', 'a PDF file', {
      zh: '从业务系统另行导出 Excel（.xlsx）或 CSV；PDF 是打印件，不能读取。没有系统的，下载模板填写',
      en: 'Export an Excel workbook (.xlsx) or CSV from your system: a PDF is a print and cannot be read. Without a system, fill a template',
    })
  if (
    start.subarray(0, 3).toString('latin1') === 'Rar' ||
    start.subarray(0, 2).toString('latin1') === '7z' ||
    start.readUInt16BE(0) === 0x1f8b
  )
    throw unsupported('压缩文件', 'a compressed file', {
      zh: '先解压；HTTP 传输压缩请用 Content-Encoding: gzip',
      en: 'Unpack it; to compress on the wire use Content-Encoding: gzip',
    })
  if (/^<(!doctype\s+html|html|table|meta|head|style)/i.test(text))
    throw unsupported('网页（HTML）表格，许多系统把它导出为 .xls', 'an HTML table, which many systems export as .xls')
  if (text.startsWith('<')) {
    if (text.includes('urn:schemas-microsoft-com:office:spreadsheet')) throw unsupported('“XML 电子表格 2003”', 'an XML Spreadsheet 2003')
    return 'xml'
  }
  if (/^[[{]/.test(text))
    throw unsupported('JSON', 'JSON', {
      zh: '按 application/json 或 application/x-ndjson 报送',
      en: 'Send it as application/json or application/x-ndjson',
    })
  // UTF-16 has a zero in every second byte too; its mark is told apart when the text is decoded.
  const utf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)
  if (start.includes(0) && !utf16) throw unsupported('二进制文件', 'a binary file')
  return 'csv'
}

/** Old Office files and encrypted new ones share one container; the names of its streams tell which it is. */
function compoundFile(head: Buffer, name: string): Problem {
  const has = (stream: string) => head.includes(Buffer.from(stream, 'utf16le'))
  if (has('EncryptedPackage') || has('EncryptionInfo')) {
    return unsupported('加密的工作簿（设有打开密码）', 'an encrypted workbook (it has a password)', {
      zh: '在 Excel 或 WPS 中取消打开密码（文件 → 信息 → 保护工作簿 → 用密码进行加密 → 清空），保存后重报',
      en: 'Remove the password in Excel or WPS (File, Info, Protect Workbook, Encrypt with Password, leave empty), save and send again',
    })
  }
  if (has('WordDocument')) return unsupported('Word 97-2003 文档', 'a Word 97-2003 document')
  if (/\.et$/i.test(name)) return unsupported('WPS 表格（.et）', 'a WPS spreadsheet (.et)', saveAs)
  return unsupported('Excel 97-2003 工作簿（.xls）', 'an Excel 97-2003 workbook (.xls)', saveAs)
}

const saveAs: Words = {
  zh: '用 Excel 或 WPS 打开，“文件 → 另存为”，类型选“Excel 工作簿（*.xlsx）”，再报送新文件；只改扩展名不行',
  en: 'Open it in Excel or WPS, choose File, Save as, type Excel workbook (*.xlsx), and send that file; renaming it is not enough',
}

/** A kind that is not read, with what to do. */
export function unsupported(zh: string, en: string, hint?: Words): Problem {
  return new Problem(
    'file-kind-unsupported',
    { zh: `文件是${/^[!-~]/.test(zh) ? ' ' : ''}${zh}`, en: `The file is ${en}` },
    hint === undefined ? { hint: saveAs } : { hint },
  )
}
