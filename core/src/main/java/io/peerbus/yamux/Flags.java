package io.peerbus.yamux;

/** The flags of a frame (yamux spec, "Flag Field"). We send one at a time and understand every combination. */
final class Flags {

  static final int NONE = 0;
  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  private Flags() {}
}
