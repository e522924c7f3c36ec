/** Whether an upstream answers at once: what asks and waits (comparing, the feed, epochs, tests of the connection) goes over HTTP only. */
export const answersAtOnce = ({ url }: { readonly url: string }): boolean => /^https?:/.test(url)

/** `folder:///data/ferry` means the directory `/data/ferry`. */
export const folderOf = ({ url }: { readonly url: string }): string => decodeURIComponent(new URL(url).pathname)

/** Whether a node is at the other end. Front tables are of another system, which takes records and nothing that is said between nodes. */
export const leadsToNode = ({ url }: { readonly url: string }): boolean => !url.startsWith('postgres')
