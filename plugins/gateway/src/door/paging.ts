import {z} from 'zod'

/** In the query of a list that comes in pages. */
export const paging = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  page_size: z.coerce.number().int().min(1).max(100).default(20),
}

/** Beside the items of such a list. */
export const paged = {total: z.int(), page: z.int(), page_size: z.int(), total_pages: z.int()}

export const pageOf = (total: number, {page, page_size}: {page: number; page_size: number}) => ({
  ...{total, page, page_size},
  total_pages: Math.ceil(total / page_size),
})
