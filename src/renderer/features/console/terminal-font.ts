/** Between the size of the bytes and that of notes: 80 columns fit the gdb console of a window 1680 wide. */
export const FONT_SIZE_PX = 11.5;
