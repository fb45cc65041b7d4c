package io.peerbus.crypto;
import io.peerbus.multiformats.FormatException;
enum NistEcdsa implements Scheme { INSTANCE;
  @Override public Verifier verifier(byte[] d) throws FormatException { throw new FormatException("ECDSA later"); }
  @Override public Secret secret(byte[] d) throws FormatException { throw new FormatException("ECDSA later"); }
}
