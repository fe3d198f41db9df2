import { writeBytes, writeInteger } from './wire.ts';

/** Codes of google.rpc that OTLP's answers use, by HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  408: 4,
  413: 8,
  415: 3,
  429: 8,
  503: 14,
};
const RPC_INTERNAL = 13;

/** Log records that were not indexed though the request was taken. */
export type PartialSuccess = { readonly rejected: number; readonly message: string };

/** An ExportLogsServiceResponse. */
export function exportAnswer(partial: PartialSuccess | undefined, protobuf: boolean): Buffer {
  if (partial === undefined) return Buffer.from(protobuf ? '' : '{}');
  const { rejected, message } = partial;
  if (protobuf) return writeBytes(1, Buffer.concat([writeInteger(1, rejected), writeBytes(2, message)]));
  return Buffer.from(
    JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message } }),
  );
}

/** A google.rpc.Status, as OTLP answers a request that failed. */
export function exportFault(status: number, message: string, protobuf: boolean): Buffer {
  const code = RPC_CODES[status] ?? RPC_INTERNAL;
  if (protobuf) return Buffer.concat([writeInteger(1, code), writeBytes(2, message)]);
  return Buffer.from(JSON.stringify({ code, message }));
}
