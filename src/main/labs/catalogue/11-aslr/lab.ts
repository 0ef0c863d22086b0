import { OUTPUT, type LabDefinition } from '../../lab-definition.ts';
import { movedByPages, programMovedTogether, regionsMoved, switchedOn } from './moved-checks.ts';
import { fixedProgram, NO_PIE, nothingMoves } from './still-checks.ts';
import { aslrText } from './text.ts';

const FLAGS = ['-g', '-O0', '-Wall'];

export const aslrLab: LabDefinition = {
  ...aslrText,
  programs: [
    {
      language: 'c',
      files: ['aslr.c'],
      build: [
        { compiler: 'c', args: [...FLAGS, '-fPIE', '-pie', '-o', OUTPUT, 'aslr.c'], output: 'aslr' },
        { compiler: 'c', args: [...FLAGS, '-fno-pie', '-no-pie', '-o', OUTPUT, 'aslr.c'], output: NO_PIE },
      ],
    },
  ],
  stages: [{ id: 'placed', tag: 'placed' }],
  checks: [
    {
      id: 'switched-on', stage: 'placed', title: 'Randomisation is on, for this machine and for this process', run: switchedOn,
      why: 'Two switches decide: kernel.randomize_va_space for all, and the flag ADDR_NO_RANDOMIZE in the persona of the process that is being started.',
    },
    {
      id: 'moved', stage: 'placed', title: 'In a second run everything is somewhere else', run: regionsMoved,
      why: 'The kernel draws new random numbers for each program it starts: for the program itself, its heap, the mmap area, the [vdso] and the stack.',
    },
    {
      id: 'by-pages', stage: 'placed', title: 'It moved by whole pages, the stack pointer by multiples of 16', run: movedByPages,
      why: 'A page is the smallest thing that a page table can place, so an address keeps its lowest 12 bits. The initial rsp is moved a little more, but the ABI wants it aligned to 16 bytes.',
    },
    {
      id: 'together', stage: 'placed', title: 'Text, rodata, data and bss moved by one and the same distance', run: programMovedTogether,
      why: 'One ELF file has one load bias: its code finds its data at a fixed distance.',
    },
    {
      id: 'off', stage: 'placed', title: 'With randomisation off two runs have the same addresses', run: nothingMoves,
      why: 'The flag ADDR_NO_RANDOMIZE was set in the process before it started the program anew; without random numbers the kernel computes the same places.',
    },
    {
      id: 'no-pie', stage: 'placed', title: 'Without PIE the program stays, all else moves', run: fixedProgram,
      why: 'An ELF file of type EXEC names the addresses it must have. The kernel places stack, [vdso] and the mmap area at random all the same.',
    },
  ],
};
