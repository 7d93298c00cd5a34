/** Telegram's limits, in UTF-16 code units: https://core.telegram.org/bots/api#sendmessage and #sendvoice */
export const maxMessageLength = 4096
export const maxCaptionLength = 1024
