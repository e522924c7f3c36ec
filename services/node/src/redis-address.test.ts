import { describe, expect, it } from 'vitest'
import { readRedisAddress } from './redis-address.ts'

describe('the address of a Redis', () => {
  const of = (text: string) => {
    const read = readRedisAddress(text)
    return read === null
      ? null
      : [read.servers.map(({ host, port }) => `${host} ${port}`), read.cluster, read.tls, read.username, read.password, read.db]
  }

  it('is one server, or several of a cluster', () => {
    expect(of('redis://127.0.0.1')).toEqual([['127.0.0.1 6379'], false, false, '', '', 0])
    expect(of('rediss://hub:p%40ss@redis.example:6380/3')).toEqual([['redis.example 6380'], false, true, 'hub', 'p@ss', 3])
    expect(of('redis://a:7001,b:7002,c')).toEqual([['a 7001', 'b 7002', 'c 6379'], true, false, '', '', 0])
    expect(of('redis://:secret@10.0.0.1:6379?cluster=true')).toEqual([['10.0.0.1 6379'], true, false, '', 'secret', 0])
    expect(of('redis://[::1]:6379')).toEqual([['::1 6379'], false, false, '', '', 0])
  })

  it('is none where something is left over, or a cluster has a database', () => {
    for (const text of [
      'redis://',
      'redis://a:b',
      'redis://a:70000',
      'redis://a?clustr=true',
      'redis://a,b/2',
      'redis://%zz@a',
      'http://a',
    ])
      expect([text, of(text)]).toEqual([text, null])
  })
})
