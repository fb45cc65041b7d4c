package io.peerbus.launcher;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Multiaddrs on the command line. */
final class AddressConverter implements ITypeConverter<Multiaddr> {

  @Override
  public Multiaddr convert(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new TypeConversionException("\"" + text + "\" is no multiaddr: " + e.getMessage());
    }
  }
}
