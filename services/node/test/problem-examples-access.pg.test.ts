import type { ProblemDocument } from '@huijiao/problem'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { account, browserAt, type Browser, goodPassword, type Reply } from './browser.ts'
import { type ExampleNode, openExamples } from './example-harness.ts'

let at: ExampleNode
beforeAll(async () => {
  at = await openExamples('access', 9000, { env: { HUIJIAO_SECOND_FACTOR: 'operator' } })
})
afterAll(() => at.close())

const sentOf = (method: string, path: string, body?: object, lines: readonly string[] = []) =>
  [
    `${method} /admin/v1${path}`,
    ...lines,
    ...(body === undefined ? [] : ['content-type: application/json', '', JSON.stringify(body)]),
  ].join('\n')

const session = 'cookie: huijiao-session-370100=…'
const token = 'x-csrf-token: …'

function answersKept(code: string, answer: Reply, sent: string, mended: string): void {
  at.keep(code, { sent, problem: answer.json as unknown as ProblemDocument, mended })
}

describe('a problem of accounts has the example on its page', () => {
  const body = { userName: 'lixia-luru', password: '…' }
  async function signedIn(role: 'administrator' | 'operator' | 'clerk', userName: string): Promise<Browser> {
    await account(at.node, role, ['370100'], userName)
    const browser = browserAt(at.node)
    await browser.signIn(userName)
    return browser
  }

  it('when somebody signs in', async () => {
    await account(at.node, 'clerk', ['370102'], 'lixia-luru')
    const browser = browserAt(at.node, '192.0.2.1')
    const wrong = await browser.call('POST', '/session', { userName: 'lixia-luru', password: 'wrong' })
    answersKept('sign-in-failed', wrong, sentOf('POST', '/session', body), sentOf('POST', '/session', body))
    const again = await browser.call('POST', '/session', { userName: 'lixia-luru', password: goodPassword })
    const captcha = { ...body, captcha: { id: '3q2-7wEjRWeJq83vEjRWeA', answer: '7KTM2' } }
    answersKept('captcha-needed', again, sentOf('POST', '/session', body), sentOf('POST', '/session', captcha))
  })

  it('when a session is used', async () => {
    const gone = await browserAt(at.node).call('GET', '/session', undefined, { cookie: `huijiao-session-370100=${'A'.repeat(43)}` })
    answersKept('session-ended', gone, sentOf('GET', '/session', undefined, [session]), sentOf('POST', '/session', body))
    const administrator = await signedIn('administrator', 'shili-guanli')
    const made = { userName: 'lixia-luru', role: 'clerk', regions: ['370102'] }
    const forged = await administrator.call('POST', '/operators', made, { 'x-csrf-token': '' })
    answersKept('csrf-refused', forged, sentOf('POST', '/operators', made, [session]), sentOf('POST', '/operators', made, [session, token]))
    const taken = await administrator.call('POST', '/operators', made)
    const free = { ...made, userName: 'lixia-luru-2' }
    answersKept(
      'operator-conflict',
      taken,
      sentOf('POST', '/operators', made, [session, token]),
      sentOf('POST', '/operators', free, [session, token]),
    )
  })

  it('when something is owed first', async () => {
    const operator = await signedIn('operator', 'shili-caozuo')
    const owed = await operator.call('GET', '/parked')
    answersKept(
      'second-factor-needed',
      owed,
      sentOf('GET', '/parked', undefined, [session]),
      sentOf('POST', '/second-factor', { password: '…' }, [session, token]),
    )
    await operator.call('POST', '/second-factor', { password: goodPassword })
    const wrong = await operator.call('POST', '/second-factor/confirm', { code: '000000' })
    const confirm = (code: string) => sentOf('POST', '/second-factor/confirm', { code }, [session, token])
    answersKept('second-factor-wrong', wrong, confirm('000000'), confirm('492039'))
    const clerk = await signedIn('clerk', 'shizhong-luru')
    await at.node.context.hub.db.updateTable('operator').set({ must_change: true }).where('user_key', '=', 'shizhong-luru').execute()
    const change = (next: string) => sentOf('POST', '/password', { current: '…', next }, [session, token])
    answersKept(
      'password-change-needed',
      await clerk.call('GET', '/submissions'),
      sentOf('GET', '/submissions', undefined, [session]),
      change('…'),
    )
    const weak = await clerk.call('POST', '/password', { current: goodPassword, next: 'shizhong-luru' })
    answersKept('password-weak', weak, change('shizhong-luru'), change('…'))
  })
})
