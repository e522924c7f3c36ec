import type { Words } from '@huijiao/problem'

/** Whether an upstream answers at once: what asks and waits (comparing, the feed, epochs, tests of the connection) goes over HTTP only. */
export const answersAtOnce = ({ url }: { readonly url: string }): boolean => /^https?:/.test(url)

/** Why nothing can be compared with an upstream that does not answer at once. */
export const incomparable: Words = {
  zh: '此通道不经 HTTP，上级不能当场答复，无法对账',
  en: 'This link does not go over HTTP: its upstream cannot answer at once, so there is nothing to compare with',
}

/** What there is instead. */
export const insteadOfComparing = (link: { readonly url: string }): Words =>
  leadsToNode(link)
    ? {
        zh: '各批次以上级的签名回执为凭（见该通道的发送批次），没有答复的会再次写出；确须对账时，在 HUIJIAO_UPSTREAMS 中把此通道的 url 暂改为上级的 https 地址（name 不变），重新启动后对账',
        en: 'The upstream’s signed receipts tell what it took (see the deliveries of the link), and what is not answered is written again; to compare all the same, give this link the upstream’s https address as its url in HUIJIAO_UPSTREAMS for a while (the same name), restart, and compare',
      }
    : {
        zh: '接收系统不是本系统节点：前置库各行的 hj_state 和 hj_commitment 说明它接收了哪些版本，可据此与本级核对',
        en: 'The far side is no node: hj_state and hj_commitment of the rows in the front tables tell which versions it took; hold those against the records here',
      }

/** `folder:///data/ferry` means the directory `/data/ferry`. */
export const folderOf = ({ url }: { readonly url: string }): string => decodeURIComponent(new URL(url).pathname)

/** Whether a node is at the other end. Front tables are of another system, which takes records and nothing that is said between nodes. */
export const leadsToNode = ({ url }: { readonly url: string }): boolean => !url.startsWith('postgres')
