/** A book as Project Gutenberg serves it today: UTF-8 with a mark, lines of Windows, licence before and after. */
export const aliceBook = (body: string = aliceBody): string =>
  `\ufeffThe Project Gutenberg eBook of Alice's Adventures in Wonderland

This eBook is for the use of anyone anywhere in the United States. You may copy it, give it away or re-use it.

Title: Alice's Adventures in Wonderland

*** START OF THE PROJECT GUTENBERG EBOOK ALICE'S ADVENTURES IN WONDERLAND ***

[Illustration]

Alice's Adventures in Wonderland

by Lewis Carroll

THE MILLENNIUM FULCRUM EDITION 3.0

Contents

 CHAPTER I.     Down the Rabbit-Hole
 CHAPTER II.    The Pool of Tears

${body}
THE END

*** END OF THE PROJECT GUTENBERG EBOOK ALICE'S ADVENTURES IN WONDERLAND ***

Updated editions will replace the previous one. The old editions will be renamed.
`.replaceAll('\n', '\r\n')

const aliceBody = `CHAPTER I.
Down the Rabbit-Hole

Alice was beginning to get very tired of sitting by her sister on the
bank. So she was considering in her own mind.

[Illustration: The White Rabbit]

There was nothing so _very_ remarkable in that. “Oh dear! Oh dear! I shall
be late!” said the Rabbit to itself.

*      *      *      *      *      *      *

CHAPTER II.
The Pool of Tears

She went down and down. Would the fall _never_ come to an end? “I wonder
how many miles I have fallen,” she said aloud.
`

/** A book with as many different sentences. */
export const longBook = (sentences: number): string =>
  aliceBook(
    Array.from({length: sentences}, (_, at) => `Alice found the door with the number ${at} on it.\n`).join('\n'),
  )
