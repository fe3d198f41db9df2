import { addressKey, networkSpan } from '../../model/ip-address.ts';

/** Whether an address lies in one of the networks; without networks every one does. */
export function allowedSenders(networks: readonly string[] | undefined): (address: string | undefined) => boolean {
  if (networks === undefined) return () => true;
  const spans = networks.map(networkSpan).filter((span) => span !== undefined);
  return (address) => {
    const key = address === undefined ? undefined : addressKey(address.replace(/%.*$/, ''));
    return key !== undefined && spans.some(({ first, last }) => first <= key && key <= last);
  };
}
