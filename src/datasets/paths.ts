import {join} from 'node:path'

// Where data sets lie, as the project Essence follows has them.

export const aliceFolder = (dataFolder: string): string => join(dataFolder, 'datasets', 'alice_in_wonderland')
export const alicePath = (folder: string): string => join(folder, 'alice_dataset.json')
/** The book as it was downloaded. */
export const bookPath = (folder: string): string => join(folder, 'alice_adventures_in_wonderland.txt')

export const validationFolder = (dataFolder: string): string => join(dataFolder, 'datasets', 'validation')
export const validationPath = (folder: string): string => join(folder, 'validation_dataset.json')
