import type { Random } from '../../src/sample/random.ts'
import type { OneShotKind } from '../proxy-exchange.ts'

const text = (status: string, headers: string, body: string) =>
  Buffer.from(`HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)

export interface Shot {
  readonly name: string
  readonly kind: OneShotKind
  readonly zh: string
  readonly en: string
  readonly amount?: (random: Random) => number
  readonly answer?: Buffer
  readonly only?: 'submissions'
}

/** What happens to one request and its answer. */
export const shots: readonly Shot[] = [
  { name: 'reset-before-request', kind: 'reset-request', zh: '请求未发出即被重置', en: 'reset before the request is through' },
  {
    name: 'reset-in-body',
    kind: 'reset-mid-body',
    zh: '请求体中途被重置',
    en: 'reset in the middle of the body',
    amount: (random) => random.int(1, 2000),
  },
  {
    name: 'reply-lost',
    kind: 'reset-reply',
    zh: '对方已提交，答复丢失',
    en: 'the reply is lost after the remote commit',
    only: 'submissions',
  },
  { name: 'reply-broken-off', kind: 'cut-reply', zh: '答复中途被重置', en: 'the reply breaks off with a reset', only: 'submissions' },
  { name: 'reply-ends-early', kind: 'end-reply', zh: '答复提前正常关闭', en: 'the reply ends early, politely', only: 'submissions' },
  {
    name: '502-after-success',
    kind: 'answer-after',
    zh: '成功之后代理答 502',
    en: '502 after success',
    only: 'submissions',
    answer: text('502 Bad Gateway', '', '<html>bad gateway</html>'),
  },
  {
    name: '504-after-success',
    kind: 'answer-after',
    zh: '成功之后代理答 504',
    en: '504 after success',
    only: 'submissions',
    answer: text('504 Gateway Timeout', '', ''),
  },
  {
    name: '503-instead',
    kind: 'answer-instead',
    zh: '代理答 503 与 Retry-After',
    en: '503 with Retry-After from a middlebox',
    answer: text('503 Service Unavailable', 'retry-after: 1\r\n', ''),
  },
  {
    name: '429-instead',
    kind: 'answer-instead',
    zh: '代理答 429 与 Retry-After',
    en: '429 with Retry-After from a middlebox',
    answer: text('429 Too Many Requests', 'retry-after: 1\r\n', ''),
  },
  {
    name: '403-instead',
    kind: 'answer-instead',
    zh: '防火墙答 403',
    en: '403 from a firewall',
    answer: text('403 Forbidden', '', '<html>blocked</html>'),
  },
  {
    name: '404-instead',
    kind: 'answer-instead',
    zh: '代理答 404',
    en: '404 from a proxy that lost its route',
    answer: text('404 Not Found', '', ''),
  },
  {
    name: '407-instead',
    kind: 'answer-instead',
    zh: '代理要求认证 407',
    en: '407 from a proxy',
    answer: text('407 Proxy Authentication Required', '', ''),
  },
  {
    name: 'redirect-instead',
    kind: 'answer-instead',
    zh: '被重定向到登录页',
    en: 'a redirect to a sign-in page',
    answer: text('302 Found', 'location: http://127.0.0.1:9/login\r\n', ''),
  },
  {
    name: 'portal-instead',
    kind: 'answer-instead',
    zh: '认证网页冒充 200',
    en: 'a captive portal answers 200 with a page',
    answer: text('200 OK', 'content-type: text/html\r\n', '<html>请登录 please sign in</html>'),
  },
  {
    name: '400-instead',
    kind: 'answer-instead',
    zh: '中间设备答 400',
    en: '400 from a middlebox',
    answer: text('400 Bad Request', '', '<html>bad request</html>'),
  },
  {
    name: '413-instead',
    kind: 'answer-instead',
    zh: '中间设备答 413',
    en: '413 from a middlebox',
    answer: text('413 Payload Too Large', '', '<html>too large</html>'),
  },
  {
    name: 'request-twice-later',
    kind: 'duplicate-after',
    zh: '请求稍后重复到达',
    en: 'the request arrives once more, later',
    only: 'submissions',
    amount: (random) => random.int(0, 4000),
  },
  {
    name: 'request-twice-at-once',
    kind: 'duplicate-with',
    zh: '请求同时到达两次',
    en: 'the request arrives twice at once',
    only: 'submissions',
  },
  {
    name: 'request-late',
    kind: 'delay-request',
    zh: '请求迟到，发送方已放弃',
    en: 'the request arrives when its sender has given up',
    only: 'submissions',
    amount: (random) => random.int(200, 12_000),
  },
  {
    name: 'reply-late',
    kind: 'delay-reply',
    zh: '答复迟到',
    en: 'the reply comes late',
    only: 'submissions',
    amount: (random) => random.int(200, 10_000),
  },
  { name: 'request-bit-flipped', kind: 'flip-request', zh: '请求体一位翻转', en: 'a bit of the request is flipped', only: 'submissions' },
  { name: 'reply-bit-flipped', kind: 'flip-reply', zh: '答复一位翻转', en: 'a bit of the reply is flipped', only: 'submissions' },
  {
    name: 'half-open-request',
    kind: 'half-open-request',
    zh: '半开连接，请求无人收',
    en: 'half-open: nobody hears the request',
    only: 'submissions',
  },
  {
    name: 'half-open-reply',
    kind: 'half-open-reply',
    zh: '半开连接，答复不再到达',
    en: 'half-open: the reply never comes',
    only: 'submissions',
  },
  { name: 'request-drips', kind: 'drip-request', zh: '请求零碎到达', en: 'the request drips in', amount: (random) => random.int(5, 40) },
]
