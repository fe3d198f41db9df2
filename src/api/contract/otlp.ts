import { Type } from 'typebox';

const encodings = (description: string) => ({
  content: {
    'application/json': { schema: Type.Unknown({ description }) },
    'application/x-protobuf': { schema: Type.Unknown({ description }) },
  },
});

/** Defined by OTLP itself; read as bytes. */
export const OtlpBodySchema = encodings('ExportLogsServiceRequest');

export const OtlpAnswerSchema = Type.Object(
  {
    partialSuccess: Type.Optional(
      Type.Object({
        rejectedLogRecords: Type.String({ description: 'log records kept as dead letters' }),
        errorMessage: Type.String(),
      }),
    ),
  },
  { title: 'ExportLogsServiceResponse' },
);

/** google.rpc.Status, as OTLP has faults answered. */
const OtlpFaultSchema = Type.Object(
  { code: Type.Integer({ description: 'code of gRPC' }), message: Type.String() },
  { title: 'OtlpFault', description: 'the request was refused, or failed' },
);

export const OTLP_FAULTS = { '4xx': OtlpFaultSchema, '5xx': OtlpFaultSchema } as const;
