import type { Call } from '../cli/command.ts'
import { tell } from '../cli/terminal.ts'
import type { PushResult, PushTotals } from '../push/push-file.ts'

export function hasRefusals(result: PushTotals): boolean {
  return (result.counts['refused'] ?? 0) + result.unsent > 0
}

const outcomeWords: Readonly<Record<string, string>> = {
  accepted: '已入库',
  unchanged: '无变化',
  superseded: '已有更新版本',
  pending_review: '待审核',
  doubtful: '存疑',
  held: '待关联',
  refused: '退回',
}

/** What became of one file, and where everything about it is. */
export function conclude(call: Call, result: PushResult, dry: boolean): void {
  const { terminal } = call
  const present = Object.entries(result.counts).filter(([, value]) => value > 0)
  const zh = present.map(([name, value]) => `${outcomeWords[name] ?? name} ${value}`).join('，') || '没有记录'
  const en = present.map(([name, value]) => `${value} ${name}`).join(', ') || 'no records'
  const unsent =
    result.unsent === 0
      ? { zh: '', en: '' }
      : { zh: `，未能发送 ${result.unsent} 行`, en: `, ${plural(result.unsent, 'line')} could not be sent` }
  const kind = dry ? { zh: '（试校验，未入库）', en: ' (dry run, nothing stored)' } : { zh: '', en: '' }
  const mark = hasRefusals(result) ? '✗ ' : '✓ '
  tell(
    terminal,
    `${result.file}：${result.submissions} 个批次，${zh}${unsent.zh}${kind.zh}`,
    `${result.file}: ${plural(result.submissions, 'submission')}, ${en}${unsent.en}${kind.en}`,
    mark,
  )
  if (result.receiptsFile !== null) tell(terminal, `回执：${result.receiptsFile}`, `receipts: ${result.receiptsFile}`, '  ')
  if (result.refusedFile !== null)
    tell(
      terminal,
      `退回的记录及原因：${result.refusedFile}（改好后可直接再报此文件）`,
      `refused records with reasons: ${result.refusedFile} (mend it and push that file)`,
      '  ',
    )
  const [id] = result.ids
  if (id !== undefined && !dry && hasRefusals(result))
    tell(
      terminal,
      `节点上的问题清单：GET /v1/submissions/${id}/problems（?group=true 归类，?format=csv 下载）`,
      `the list at the node: GET /v1/submissions/${id}/problems (?group=true by kind, ?format=csv to download)`,
      '  ',
    )
}

export function plural(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`
}
