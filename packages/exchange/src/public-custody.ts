import { type CustodyDocument, type CustodyText, textHash } from '@huijiao/merkle'
import { isFieldShown } from '@huijiao/standard'
import { Buffer } from 'node:buffer'
import { custodyDocument, type CustodyQuery } from './custody-document.ts'
import type { Hub } from './hub.ts'
import { publicScope } from './public-record.ts'
import { findSubject } from './record-links.ts'
import { entityOf } from './search-reader.ts'

/**
 * The chain of custody as anybody may have it: a text that has a field which is not shown is told by its hash only, which proves the same. Sealed texts never;
 * nothing of the receipt, which belongs to the sender.
 * @throws Problem not-found, not-ready
 */
export async function publicCustody(
  hub: Hub,
  recordId: string,
  query: Pick<CustodyQuery, 'version' | 'stream'> = {},
): Promise<CustodyDocument> {
  await findSubject(hub, recordId, publicScope(hub))
  const document = await custodyDocument(hub, recordId, query)
  const { content, record } = document
  const { evidence: _, ...rest } = document
  if (content === null) return rest
  const entity = entityOf(hub, record.release, record.entity)
  const all = Object.assign({}, ...[content.open, content.named].map(fieldsOf)) as Record<string, unknown>
  const cut = (text: CustodyText): CustodyText => {
    const shown = Object.keys(fieldsOf(text)).every((field) => entity !== undefined && isFieldShown(hub.policy(), entity, field, all))
    return shown ? text : hashed(text)
  }
  return {
    ...rest,
    content: {
      open: cut(content.open),
      named: cut(content.named),
      sealed: hashed(content.sealed),
      ...(content.attachments === undefined ? {} : { attachments: hashed(content.attachments) }),
    },
  }
}

const fieldsOf = (text: CustodyText): Record<string, unknown> =>
  text === null || !('text' in text) || text.text === '' ? {} : (JSON.parse(text.text) as Record<string, unknown>)

const hashed = (text: CustodyText): CustodyText =>
  text === null || !('text' in text) ? text : { hash: textHash(Buffer.from(text.salt, 'hex'), text.text).toString('hex') }
