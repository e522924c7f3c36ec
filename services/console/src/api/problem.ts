/** What a node answers when it refuses (RFC 9457); the same members as `Problem` of the OpenAPI document. */
export interface ProblemBody {
  readonly type: string
  readonly code: string
  readonly status?: number
  readonly title: string
  readonly detail: string
  readonly hint: string
  readonly retryable: boolean
  readonly traceId?: string
  readonly pointer?: string
  readonly field?: string
  readonly value?: unknown
  readonly allowed?: string
  readonly basis?: string
  readonly rule?: string
  readonly severity?: 'error' | 'doubt' | 'warning'
  readonly fix?: readonly unknown[]
  readonly range?: { readonly from: number; readonly to: number; readonly place: string; readonly digest: string }
  readonly en?: { readonly title?: string; readonly detail?: string; readonly hint?: string }
}

/** Thrown by every call of the API that is not answered with success. */
export class ApiError extends Error {
  readonly problem: ProblemBody
  readonly status: number
  /** Seconds after which trying again makes sense; null when the node says nothing. */
  readonly retryAfter: number | null
  constructor(status: number, problem: ProblemBody, retryAfter: number | null = null) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/**
 * The node could not be reached, or something in between answered for it. A browser's own words for it are in its language, not in the page's, and help nobody.
 * @param status what that answered with; absent where nothing was answered
 */
export const unreachable = (status?: number): ProblemBody => ({
  type: 'about:blank',
  code: 'unreachable',
  title: '无法连接节点',
  detail: status === undefined ? '没有收到答复' : `收到的不是节点的答复（HTTP ${status}）`,
  hint: '请检查网络后重试；已提交并收到回执的数据不受影响',
  retryable: true,
  en: {
    title: 'The node cannot be reached',
    detail: status === undefined ? 'There was no answer' : `What answered is not the node (HTTP ${status})`,
    hint: 'Check the network and try again; whatever has a receipt is safe',
  },
})

/** Title, detail and hint in the language of the page; Chinese where English is missing. */
export function wordsOf(problem: ProblemBody, language: string): { title: string; detail: string; hint: string } {
  const en = language === 'en' ? problem.en : undefined
  return { title: en?.title ?? problem.title, detail: en?.detail ?? problem.detail, hint: en?.hint ?? problem.hint }
}
