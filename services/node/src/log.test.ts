import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  write(createLog({ level: 'info', node: '370100', destination: { write: (line) => (text += line) } }))
  return text
}

describe('the log', () => {
  it('hides secrets and personal members wherever they stand', () => {
    const text = logged((log) =>
      log.info(
        {
          req: { headers: { authorization: 'Bearer hj_abc' } },
          record: { data: { IDCardNum: '110101189001010010' } },
          items: [{ key: '110101189001010010' }],
          apiKey: 'hj_secret',
        },
        'seen',
      ),
    )
    expect(text).toContain('seen')
    expect(text).not.toContain('110101189001010010')
    expect(text).not.toContain('hj_')
  })

  it('keeps the code of a database error and drops the row it quotes', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "person_pkey"'), {
      code: '23505',
      constraint: 'person_pkey',
      detail: 'Key (id)=(110101189001010010) already exists.',
    })
    const text = logged((log) => log.error({ err: new Error('storing failed', { cause: error }) }, 'failed'))
    expect(text).toContain('23505')
    expect(text).not.toContain('110101189001010010')
  })

  it('hides the password of an address and an API key in a message', () => {
    const text = logged((log) =>
      log.error({ err: new Error('cannot reach postgres://hub:p4ss@db:5432/x with hj_0123456789abcdef') }, 'failed'),
    )
    expect(text).toContain('postgres://hub:[hidden]@db')
    expect(text).not.toContain('p4ss')
    expect(text).not.toContain('0123456789abcdef')
  })
})
