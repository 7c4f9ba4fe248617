import type { PriorityLevelConfiguration } from "../../api/types/flowcontrol-v1.ts";

/** How many seats a priority level has, may lend, and may borrow. */
export interface SeatLimits {
  readonly nominal: number;
  readonly lendable: number;
  readonly borrowable: number;
}

/** Divides the seats of the server among the levels by their shares (KEP-1040). */
export function seatLimits(
  levels: readonly PriorityLevelConfiguration[],
  serverSeats: number,
): ReadonlyMap<string, SeatLimits> {
  const shares = levels.map(({ spec }) => (spec?.exempt ?? spec?.limited)?.nominalConcurrencyShares ?? 0);
  const total = shares.reduce((sum, each) => sum + each, 0);
  return new Map(
    levels.map(({ metadata, spec }, index) => {
      const nominal = total === 0 ? 0 : Math.ceil((serverSeats * (shares[index] ?? 0)) / total);
      const lendablePercent = (spec?.exempt ?? spec?.limited)?.lendablePercent ?? 0;
      const borrowPercent = spec?.limited?.borrowingLimitPercent;
      return [
        metadata.name ?? "",
        {
          nominal,
          lendable: Math.round((nominal * lendablePercent) / 100),
          borrowable: borrowPercent === undefined ? serverSeats : Math.round((nominal * borrowPercent) / 100),
        },
      ];
    }),
  );
}
