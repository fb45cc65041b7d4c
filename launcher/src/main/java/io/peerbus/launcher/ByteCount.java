package io.peerbus.launcher;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes on the command line: {@code 1000}, {@code 64K}, {@code 10MiB}, {@code 1G}; each step is 1,024. */
final class ByteCount implements ITypeConverter<Long> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,15})([KMGT]?)(I?B)?");
  private static final String UNITS = "KMGT";

  @Override
  public Long convert(String text) {
    Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (form.matches()) {
      int step = 1 + UNITS.indexOf(form.group(2).isEmpty() ? "-" : form.group(2));
      long number = Long.parseLong(form.group(1));
      if (number <= Long.MAX_VALUE >> 10 * step) {
        return number << 10 * step;
      }
    }
    throw new TypeConversionException("\"" + text + "\" is no number of bytes like 1000, 64K, 10M or 1G");
  }
}
