import type { Words } from '@huijiao/problem'
import type { Receipt } from '../receipt.ts'
import type { StoringProgress } from '../storing-progress.ts'
import { exitCodes, UserError } from '../user-error.ts'

/** Above this many bytes a submission is asked to be stored in the background, so that its progress can be seen and it can be paused. */
export const followedBytes = 4 * 1024 * 1024

/** @throws UserError (refused) when the submission was ended before its end: what a push counts on is not there */
export function refuseCancelled(receipt: Receipt, file: string): void {
  if (receipt.outcome !== 'cancelled') return
  const { records, by } = (receipt as Receipt & { cancelled?: { records?: number; by?: string } }).cancelled ?? {}
  throw new UserError(
    exitCodes.refused,
    {
      zh: `${file}：批次 ${receipt.submission.id} 已被 ${by ?? '?'} 取消，此前的 ${records ?? '?'} 条已处理，其余未入库`,
      en: `${file}: submission ${receipt.submission.id} was cancelled by ${by ?? '?'}; the ${records ?? '?'} records before that are done, the rest is not stored`,
    },
    {
      hint: {
        zh: '回执不会再变。要报送其余部分：--restart 并用 --produced-at 给出新的时刻（自带 id 的文件请换 id）；已入库的记录会答“无变化”',
        en: 'Its receipt stands. To send the rest: --restart with a new --produced-at (or a new id in a file that has its own); what is stored answers unchanged',
      },
    },
  )
}

/** The progress of a submission in words: records, refusals, rate, or that it is paused. Time left is for the bar to tell. */
export function progressWords(
  now: StoringProgress,
  before: { readonly records: number; readonly refused: number } = { records: 0, refused: 0 },
): Words {
  const records = before.records + (now.records?.done ?? 0)
  const refused = before.refused + (now.records?.refused ?? 0)
  const rate =
    now.rate === null
      ? { zh: '', en: '' }
      : { zh: `，每秒 ${Math.round(now.rate.records)} 条`, en: `, ${Math.round(now.rate.records)} a second` }
  const paused = now.state === 'paused' ? { zh: '，已暂停', en: ', paused' } : { zh: '', en: '' }
  return { zh: `${records} 条，退回 ${refused}${rate.zh}${paused.zh}`, en: `${records} records, ${refused} refused${rate.en}${paused.en}` }
}
