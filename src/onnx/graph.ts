import {Message} from './protobuf-message.ts'

/** Element types and their numbers (onnx.proto3, `TensorProto.DataType`). */
const dataTypes = {float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10} as const
export type ElementType = keyof typeof dataTypes

/** A size, or the name of one that is known at run time only. */
export type Dimension = number | string

/** An attribute of a node; a number is an INT where it is written `{int: 1}`, a FLOAT where `{float: 1}`. */
export type Attribute =
  | {int: number}
  | {float: number}
  | {text: string}
  | {ints: readonly number[]}
  | {floats: readonly number[]}

/** A value of the graph, by its name. */
export type Value = string & {readonly value?: unique symbol}

export interface NodeOptions {
  attributes?: Readonly<Record<string, Attribute>> | undefined
  /** `com.microsoft` for ONNX Runtime's own operators. */
  domain?: string | undefined
}

type Numbers = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array

/** `Uint16Array` stands for float16. */
const typeOf = (data: Numbers): ElementType => {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Int8Array) return 'int8'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof BigInt64Array) return 'int64'
  return data instanceof Uint16Array ? 'float16' : 'uint8'
}

/**
 * Writes a model as an ONNX file: values are named as they are made, nodes stand in the order they were added.
 *
 *     const graph = new OnnxGraph('sum')
 *     const a = graph.input('a', 'float32', ['n'])
 *     graph.output(graph.op('Add', [a, graph.constant(Float32Array.of(1))]), 'sum', 'float32', ['n'])
 *     const file = graph.finish()
 */
export class OnnxGraph {
  readonly #graph = new Message()
  #names = 0

  constructor(name: string) {
    this.#graph.text(2, name)
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#graph.message(11, valueInfo(name, type, shape))
    return name
  }

  /** Gives a value the name under which the model returns it. */
  output(value: Value, name: string, type: ElementType, shape: readonly Dimension[]): void {
    this.#node('Identity', [value], [name], {})
    this.#graph.message(12, valueInfo(name, type, shape))
  }

  /** Numbers that are part of the model. Shape: that of a list, unless given; `[]` is a scalar. */
  constant(data: Numbers, shape: readonly number[] = [data.length], name = this.#name('c')): Value {
    const tensor = new Message()
    for (const size of shape) tensor.int(1, size)
    tensor.int(2, dataTypes[typeOf(data)]).text(8, name)
    tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    this.#graph.message(5, tensor)
    return name
  }

  /** A list of int64, as shapes, axes and indices are. */
  ints(...values: number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt))
  }

  /** One float. */
  float(value: number): Value {
    return this.constant(Float32Array.of(value), [])
  }

  /** A node with one output. An input that is left out is `''`. */
  op(type: string, inputs: readonly Value[], attributes: NodeOptions['attributes'] = {}, domain?: string): Value {
    return this.ops(type, inputs, 1, attributes, domain)[0] as Value
  }

  /** A node with several outputs. */
  ops(
    type: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: NodeOptions['attributes'] = {},
    domain?: string,
  ): Value[] {
    const names = Array.from({length: outputs}, () => this.#name('v'))
    this.#node(type, inputs, names, {attributes, domain})
    return names
  }

  #name(prefix: string): Value {
    return `${prefix}${this.#names++}`
  }

  #node(
    type: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    {attributes = {}, domain}: NodeOptions,
  ): void {
    const node = new Message()
    for (const input of inputs) node.text(1, input)
    for (const output of outputs) node.text(2, output)
    node.text(3, `${type}_${outputs[0]}`).text(4, type)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    if (domain !== undefined) node.text(7, domain)
    this.#graph.message(1, node)
  }

  /** Size of the model so far; the file is a little larger. */
  get bytes(): number {
    return this.#graph.length
  }

  /**
   * The file: IR version 10, operator set 20, and ONNX Runtime's own operators.
   * A protobuf message holds 2 GiB at most.
   */
  finish(): Uint8Array<ArrayBuffer> {
    return new Message()
      .int(1, 10)
      .text(2, 'essence')
      .message(8, new Message().text(1, '').int(2, 20))
      .message(8, new Message().text(1, 'com.microsoft').int(2, 1))
      .message(7, this.#graph)
      .finish()
  }
}

const valueInfo = (name: string, type: ElementType, shape: readonly Dimension[]): Message => {
  const dimensions = new Message()
  for (const size of shape) {
    dimensions.message(1, typeof size === 'number' ? new Message().int(1, size) : new Message().text(2, size))
  }
  const tensor = new Message().int(1, dataTypes[type]).message(2, dimensions)
  return new Message().text(1, name).message(2, new Message().message(1, tensor))
}

/** The numbers are those of `AttributeProto.AttributeType`. */
const attribute = (name: string, value: Attribute): Message => {
  const message = new Message().text(1, name)
  if ('float' in value) return message.float(2, value.float).int(20, 1)
  if ('int' in value) return message.int(3, value.int).int(20, 2)
  if ('text' in value) return message.text(4, value.text).int(20, 3)
  if ('floats' in value) {
    for (const one of value.floats) message.float(7, one)
    return message.int(20, 6)
  }
  for (const one of value.ints) message.int(8, one)
  return message.int(20, 7)
}
