import { canonicalize } from '@huijiao/merkle'
import { isResidentId } from '../check-digits.ts'

/** One piece of evidence that a record names. Its bytes were handed in before, under their SHA-256. */
export interface NamedAttachment {
  /** What it is, in the sender's words: 立项批复. */
  readonly kind: string
  /** `sha-256:` and 64 hex digits of the bytes. */
  readonly digest: string
  /** Of the bytes, as it was given when they were handed in. */
  readonly mediaType: string
  /** File name as people know it. */
  readonly name: string
}

/** A record names at most so many. */
export const attachmentsMax = 100

const members = ['kind', 'digest', 'mediaType', 'name'] as const
const digestForm = /^sha-256:[0-9a-f]{64}$/
const mediaTypeForm = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,60}$/
/** No path, no control characters. */
const nameForm = /^[^\p{Cc}/\\]+$/u
const identityForm = /(?<!\d)\d{17}[\dXx](?!\d)/g

type Report = (pointer: string, zh: string, en: string) => void
type Members = Record<string, unknown>

/** Says what is wrong with the member `attachments` of an upsert. */
export function attachmentProblems(list: unknown, problem: Report): void {
  if (!Array.isArray(list) || list.length > attachmentsMax) {
    problem(
      '/attachments',
      `attachments 应为至多 ${attachmentsMax} 项的数组`,
      `attachments must be an array of at most ${attachmentsMax} items`,
    )
    return
  }
  const seen = new Set<string>()
  for (const [at, item] of (list as unknown[]).entries()) {
    const pointer = `/attachments/${at}`
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      problem(pointer, '附件应为对象', 'An attachment must be an object')
      continue
    }
    judge(item as Members, pointer, problem)
    const { kind, digest } = item as Members
    const name = JSON.stringify([kind, digest])
    if (seen.has(name)) problem(pointer, '同一附件列了两次', 'The same attachment is listed twice')
    seen.add(name)
  }
}

function judge(item: Members, pointer: string, problem: Report): void {
  for (const name of Object.keys(item)) {
    if ((members as readonly string[]).includes(name) || item[name] === null) continue
    if (name === 'file')
      problem(
        `${pointer}/file`,
        '节点读不到本机文件：先 PUT /v1/attachments/{摘要}，再写 digest；huijiao push 会代为上传',
        'A node cannot read your files: PUT /v1/attachments/{digest} first and give the digest; huijiao push does both',
      )
    else problem(`${pointer}/${name.slice(0, 60)}`, '附件没有此成员', 'An attachment has no such member')
  }
  const { kind, digest, mediaType, name } = item
  const text = (value: unknown, max: number): value is string =>
    typeof value === 'string' && value !== '' && [...value].length <= max && value.isWellFormed()
  if (!text(kind, 50) || /\p{Cc}/u.test(kind))
    problem(`${pointer}/kind`, 'kind 应为附件种类，至多 50 字', 'kind says what it is, in at most 50 characters')
  if (typeof digest !== 'string' || !digestForm.test(digest))
    problem(`${pointer}/digest`, 'digest 应为 sha-256: 加 64 位小写十六进制', 'digest must be sha-256: and 64 hex digits in lower case')
  if (typeof mediaType !== 'string' || !mediaTypeForm.test(mediaType))
    problem(
      `${pointer}/mediaType`,
      'mediaType 应为小写的内容类型，如 application/pdf',
      'mediaType must be a media type in lower case, such as application/pdf',
    )
  if (!text(name, 200) || !nameForm.test(name))
    problem(
      `${pointer}/name`,
      'name 应为文件名（不含路径），至多 200 字',
      'name must be a file name without a path, in at most 200 characters',
    )
  else if ((name.match(identityForm) ?? []).some((digits) => isResidentId(digits.toUpperCase())))
    problem(`${pointer}/name`, '文件名中含身份证号，请改名', 'The file name holds an identity number; rename it')
}

/**
 * The list of a record that passed `attachmentProblems`, in its order; null members are gone.
 * @returns null when it names none
 */
export function attachmentsOf(list: unknown): readonly NamedAttachment[] | null {
  if (!Array.isArray(list) || list.length === 0) return null
  return (list as NamedAttachment[]).map(({ kind, digest, mediaType, name }) => ({ kind, digest, mediaType, name }))
}

/** The canonical text that is committed to: `{"attachments":[…]}`, each item with its four members. */
export const attachmentsText = (list: readonly NamedAttachment[]): string => canonicalize({ attachments: list })

/** The list of a canonical text, when it is one: its own canonical form, every item sound, at least one. Else null. */
export function parseAttachmentsText(text: string): readonly NamedAttachment[] | null {
  try {
    const { attachments } = JSON.parse(text) as { attachments?: unknown }
    let sound = true
    attachmentProblems(attachments, () => {
      sound = false
    })
    const list = sound ? attachmentsOf(attachments) : null
    return list !== null && attachmentsText(list) === text ? list : null
  } catch {
    return null
  }
}
