package io.peerbus.crypto;
import io.peerbus.multiformats.FormatException;
enum Rsa implements Scheme { INSTANCE;
  @Override public Verifier verifier(byte[] d) throws FormatException { throw new FormatException("RSA later"); }
  @Override public Secret secret(byte[] d) throws FormatException { throw new FormatException("RSA later"); }
}
