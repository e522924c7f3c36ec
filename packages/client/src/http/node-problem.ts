import type { ProblemDocument } from '@huijiao/problem'

/** What a node answered when it stored nothing: an RFC 9457 problem, or something that is none. */
export class NodeProblem extends Error {
  readonly status: number
  /** The problem as the node sent it; when it sent none (a proxy's page, say), the status in words. */
  readonly document: Pick<ProblemDocument, 'title' | 'detail' | 'hint' | 'en'> & Partial<ProblemDocument>

  constructor(status: number, document: NodeProblem['document']) {
    super(`${status} ${document.code ?? ''}: ${document.en.detail}`)
    this.name = 'NodeProblem'
    this.status = status
    this.document = document
  }

  /** Whether the node said that we may not: 401 or 403. */
  get unauthorised(): boolean {
    return this.status === 401 || this.status === 403
  }
}

/** Reads the body of an answer that is not a success. */
export function readProblem(status: number, contentType: string | null, body: Uint8Array): NodeProblem {
  if (contentType !== null && /^application\/(problem\+)?json\b/.test(contentType)) {
    try {
      const document = JSON.parse(Buffer.from(body).toString('utf8')) as Partial<ProblemDocument> | null
      if (document !== null && typeof document.title === 'string') {
        const words = { title: document.title, detail: document.detail ?? '', hint: document.hint ?? '' }
        const en = document.en as Partial<ProblemDocument['en']> | undefined
        return new NodeProblem(status, {
          ...document,
          ...words,
          en: { title: en?.title ?? words.title, detail: en?.detail ?? words.detail, hint: en?.hint ?? words.hint },
        })
      }
    } catch {
      // Not JSON after all: said in words below.
    }
  }
  return new NodeProblem(status, {
    title: `对方答复 HTTP ${status}，不是汇交节点的答复`,
    detail: '',
    hint: '核对地址；途中的代理也可能这样答复',
    en: {
      title: `HTTP ${status}, not an answer of a huijiao node`,
      detail: '',
      hint: 'Check the address; a proxy on the way may answer like this',
    },
  })
}
