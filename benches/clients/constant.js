// The least that an awaited call can cost.
export const open = () => async () => "token";
