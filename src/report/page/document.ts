import {type Html, html, trusted} from './html.ts'
import {style} from './style.ts'

/** Nothing is asked for from anywhere: the page is one file, and has no script. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'"

const mark = trusted(
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M6 14v4M11 9.5v13M16 5v22M21 9.5v13M26 14v4"/></svg>',
)

/** A complete document. @param body what stands within `main` */
export const htmlDocument = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header><p>${mark} June</p></header>
<main>${body}</main>
</body>
</html>
`.html
