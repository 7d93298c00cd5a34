/** `/models/SmolLM2-135M-Instruct.Q4_1.gguf` → `SmolLM2-135M-Instruct.Q4_1`; names of servers, as `org/model`, stay. */
export const modelId = (name: string): string =>
  /\.(gguf|bin|onnx)$/i.test(name) ? name.replace(/^.*[\\/]/, '').replace(/\.[a-z]+$/i, '') : name
