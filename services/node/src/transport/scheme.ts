/** Whether an upstream answers at once: what asks and waits (comparing, the feed, epochs, tests of the connection) goes over HTTP only. */
export const answersAtOnce = ({ url }: { readonly url: string }): boolean => /^https?:/.test(url)

/** `folder:///data/ferry` means the directory `/data/ferry`. */
export const folderOf = ({ url }: { readonly url: string }): string => decodeURIComponent(new URL(url).pathname)
