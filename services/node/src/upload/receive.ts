import type { Readable } from 'node:stream'
import { type BodyOptions, type ReceivedBody, receiveBody } from '@huijiao/exchange'
import { kindOfMediaType } from '@huijiao/files'
import { type FileParams, fileParamsGiven, invalid, sentFileOf } from './file-params.ts'
import { receiveForm } from './multipart.ts'

const dayMs = 86_400_000

/**
 * Receives the body of a submission, whichever way it is sent: a submission by itself, a file of rows with the query saying what is around
 * it, or a form with a file.
 * @param keep how many days a file is kept for its sender (0: not), from when
 */
export async function receiveSent(
  stream: Readable,
  query: FileParams,
  keep: { readonly days: number; readonly from: Date },
  options: Omit<BodyOptions, 'file'>,
): Promise<ReceivedBody> {
  const { contentType } = options
  const keepUntil = keep.days === 0 ? null : new Date(keep.from.getTime() + keep.days * dayMs)
  if (/^multipart\/form-data\b/i.test(contentType ?? '')) return await receiveForm(stream, query, keepUntil, options)
  if (kindOfMediaType(contentType) !== null)
    return await receiveBody(stream, { ...options, file: sentFileOf([query], contentType, keepUntil) })
  const given = fileParamsGiven(query)
  if (given.length > 0)
    throw invalid(
      `${given.join('、')} 只用于文件（CSV、Excel、XML、表单上传）；JSON 与 NDJSON 写在信封里`,
      `${given.join(', ')} belong to files (CSV, Excel, XML, forms); JSON and NDJSON say it in the envelope`,
    )
  return await receiveBody(stream, options)
}
