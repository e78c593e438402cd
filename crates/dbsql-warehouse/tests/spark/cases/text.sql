# Functions of text, numbers, regular expressions, JSON and encodings, one statement a line.
SELECT lower('hello') AS v
SELECT lower('') AS v
SELECT lower(NULL) AS v
SELECT lower('Ünï çödé 漢😀') AS v
SELECT lower(X'00ff41') AS v
SELECT lower(12) AS v
SELECT lower(array(1)) AS v
SELECT lower() AS v
SELECT lower('a')
SELECT upper('hello') AS v
SELECT upper('') AS v
SELECT upper(NULL) AS v
SELECT upper('Ünï çödé 漢😀') AS v
SELECT upper(X'00ff41') AS v
SELECT upper(12) AS v
SELECT upper(array(1)) AS v
SELECT upper() AS v
SELECT upper('a')
SELECT lcase('hello') AS v
SELECT lcase('') AS v
SELECT lcase(NULL) AS v
SELECT lcase('Ünï çödé 漢😀') AS v
SELECT lcase(X'00ff41') AS v
SELECT lcase(12) AS v
SELECT lcase(array(1)) AS v
SELECT lcase() AS v
SELECT lcase('a')
SELECT ucase('hello') AS v
SELECT ucase('') AS v
SELECT ucase(NULL) AS v
SELECT ucase('Ünï çödé 漢😀') AS v
SELECT ucase(X'00ff41') AS v
SELECT ucase(12) AS v
SELECT ucase(array(1)) AS v
SELECT ucase() AS v
SELECT ucase('a')
SELECT initcap('hello') AS v
SELECT initcap('') AS v
SELECT initcap(NULL) AS v
SELECT initcap('Ünï çödé 漢😀') AS v
SELECT initcap(12) AS v
SELECT initcap(array(1)) AS v
SELECT initcap() AS v
SELECT initcap('a')
SELECT length('hello') AS v
SELECT length('') AS v
SELECT length(NULL) AS v
SELECT length('Ünï çödé 漢😀') AS v
SELECT length(X'00ff41') AS v
SELECT length(12) AS v
SELECT length(array(1)) AS v
SELECT length() AS v
SELECT length('a')
SELECT len('hello') AS v
SELECT len('') AS v
SELECT len(NULL) AS v
SELECT len('Ünï çödé 漢😀') AS v
SELECT len(X'00ff41') AS v
SELECT len(12) AS v
SELECT len(array(1)) AS v
SELECT len() AS v
SELECT len('a')
SELECT char_length('hello') AS v
SELECT char_length('') AS v
SELECT char_length(NULL) AS v
SELECT char_length('Ünï çödé 漢😀') AS v
SELECT char_length(X'00ff41') AS v
SELECT char_length(12) AS v
SELECT char_length(array(1)) AS v
SELECT char_length() AS v
SELECT char_length('a')
SELECT character_length('hello') AS v
SELECT character_length('') AS v
SELECT character_length(NULL) AS v
SELECT character_length('Ünï çödé 漢😀') AS v
SELECT character_length(X'00ff41') AS v
SELECT character_length(12) AS v
SELECT character_length(array(1)) AS v
SELECT character_length() AS v
SELECT character_length('a')
SELECT bit_length('hello') AS v
SELECT bit_length('') AS v
SELECT bit_length(NULL) AS v
SELECT bit_length('Ünï çödé 漢😀') AS v
SELECT bit_length(X'00ff41') AS v
SELECT bit_length(12) AS v
SELECT bit_length(array(1)) AS v
SELECT bit_length() AS v
SELECT bit_length('a')
SELECT octet_length('hello') AS v
SELECT octet_length('') AS v
SELECT octet_length(NULL) AS v
SELECT octet_length('Ünï çödé 漢😀') AS v
SELECT octet_length(X'00ff41') AS v
SELECT octet_length(12) AS v
SELECT octet_length(array(1)) AS v
SELECT octet_length() AS v
SELECT octet_length('a')
SELECT trim('hello') AS v
SELECT trim('') AS v
SELECT trim(NULL) AS v
SELECT trim('Ünï çödé 漢😀') AS v
SELECT trim(X'00ff41') AS v
SELECT trim(12) AS v
SELECT trim(array(1)) AS v
SELECT trim() AS v
SELECT trim('a')
SELECT ltrim('hello') AS v
SELECT ltrim('') AS v
SELECT ltrim(NULL) AS v
SELECT ltrim('Ünï çödé 漢😀') AS v
SELECT ltrim(X'00ff41') AS v
SELECT ltrim(12) AS v
SELECT ltrim(array(1)) AS v
SELECT ltrim() AS v
SELECT ltrim('a')
SELECT rtrim('hello') AS v
SELECT rtrim('') AS v
SELECT rtrim(NULL) AS v
SELECT rtrim('Ünï çödé 漢😀') AS v
SELECT rtrim(X'00ff41') AS v
SELECT rtrim(12) AS v
SELECT rtrim(array(1)) AS v
SELECT rtrim() AS v
SELECT rtrim('a')
SELECT ascii('hello') AS v
SELECT ascii('') AS v
SELECT ascii(NULL) AS v
SELECT ascii('Ünï çödé 漢😀') AS v
SELECT ascii(X'00ff41') AS v
SELECT ascii(12) AS v
SELECT ascii(array(1)) AS v
SELECT ascii() AS v
SELECT ascii('a')
SELECT reverse('hello') AS v
SELECT reverse('') AS v
SELECT reverse(NULL) AS v
SELECT reverse('Ünï çödé 漢😀') AS v
SELECT reverse(X'00ff41') AS v
SELECT reverse(12) AS v
SELECT reverse(array(1)) AS v
SELECT reverse() AS v
SELECT reverse('a')
SELECT soundex('hello') AS v
SELECT soundex('') AS v
SELECT soundex(NULL) AS v
SELECT soundex('Ünï çödé 漢😀') AS v
SELECT soundex(X'00ff41') AS v
SELECT soundex(12) AS v
SELECT soundex(array(1)) AS v
SELECT soundex() AS v
SELECT soundex('a')
SELECT hex('hello') AS v
SELECT hex('') AS v
SELECT hex(NULL) AS v
SELECT hex('Ünï çödé 漢😀') AS v
SELECT hex(X'00ff41') AS v
SELECT hex(12) AS v
SELECT hex(array(1)) AS v
SELECT hex() AS v
SELECT hex('a')
SELECT unhex('hello') AS v
SELECT unhex('') AS v
SELECT unhex(NULL) AS v
SELECT unhex('Ünï çödé 漢😀') AS v
SELECT unhex(X'00ff41') AS v
SELECT unhex(12) AS v
SELECT unhex(array(1)) AS v
SELECT unhex() AS v
SELECT unhex('a')
SELECT base64('hello') AS v
SELECT base64('') AS v
SELECT base64(NULL) AS v
SELECT base64('Ünï çödé 漢😀') AS v
SELECT base64(X'00ff41') AS v
SELECT base64(12) AS v
SELECT base64(array(1)) AS v
SELECT base64() AS v
SELECT base64('a')
SELECT md5('hello') AS v
SELECT md5('') AS v
SELECT md5(NULL) AS v
SELECT md5('Ünï çödé 漢😀') AS v
SELECT md5(X'00ff41') AS v
SELECT md5(12) AS v
SELECT md5(array(1)) AS v
SELECT md5() AS v
SELECT md5('a')
SELECT sha1('hello') AS v
SELECT sha1('') AS v
SELECT sha1(NULL) AS v
SELECT sha1('Ünï çödé 漢😀') AS v
SELECT sha1(X'00ff41') AS v
SELECT sha1(12) AS v
SELECT sha1(array(1)) AS v
SELECT sha1() AS v
SELECT sha1('a')
SELECT sha('hello') AS v
SELECT sha('') AS v
SELECT sha(NULL) AS v
SELECT sha('Ünï çödé 漢😀') AS v
SELECT sha(X'00ff41') AS v
SELECT sha(12) AS v
SELECT sha(array(1)) AS v
SELECT sha() AS v
SELECT sha('a')
SELECT crc32('hello') AS v
SELECT crc32('') AS v
SELECT crc32(NULL) AS v
SELECT crc32('Ünï çödé 漢😀') AS v
SELECT crc32(X'00ff41') AS v
SELECT crc32(12) AS v
SELECT crc32(array(1)) AS v
SELECT crc32() AS v
SELECT crc32('a')
SELECT url_encode('hello') AS v
SELECT url_encode('') AS v
SELECT url_encode(NULL) AS v
SELECT url_encode('Ünï çödé 漢😀') AS v
SELECT url_encode(X'00ff41') AS v
SELECT url_encode(12) AS v
SELECT url_encode(array(1)) AS v
SELECT url_encode() AS v
SELECT url_encode('a')
SELECT mask('hello') AS v
SELECT mask('') AS v
SELECT mask(NULL) AS v
SELECT mask('Ünï çödé 漢😀') AS v
SELECT mask(12) AS v
SELECT mask(array(1)) AS v
SELECT mask() AS v
SELECT mask('a')
SELECT luhn_check('hello') AS v
SELECT luhn_check('') AS v
SELECT luhn_check(NULL) AS v
SELECT luhn_check('Ünï çödé 漢😀') AS v
SELECT luhn_check(X'00ff41') AS v
SELECT luhn_check(12) AS v
SELECT luhn_check(array(1)) AS v
SELECT luhn_check() AS v
SELECT luhn_check('a')
SELECT btrim('hello') AS v
SELECT btrim('') AS v
SELECT btrim(NULL) AS v
SELECT btrim('Ünï çödé 漢😀') AS v
SELECT btrim(X'00ff41') AS v
SELECT btrim(12) AS v
SELECT btrim(array(1)) AS v
SELECT btrim() AS v
SELECT btrim('a')
SELECT initcap(1.50) AS v
SELECT initcap(true) AS v
SELECT initcap(DATE'2024-02-29') AS v
SELECT initcap(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT initcap(named_struct('a',1)) AS v
SELECT initcap(map('a',1)) AS v
SELECT initcap('a','b') AS v
SELECT initcap(1.5D) AS v
SELECT lower(1.50) AS v
SELECT lower(true) AS v
SELECT lower(DATE'2024-02-29') AS v
SELECT lower(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT lower(named_struct('a',1)) AS v
SELECT lower(map('a',1)) AS v
SELECT lower('a','b') AS v
SELECT lower(1.5D) AS v
SELECT upper(1.50) AS v
SELECT upper(true) AS v
SELECT upper(DATE'2024-02-29') AS v
SELECT upper(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT upper(named_struct('a',1)) AS v
SELECT upper(map('a',1)) AS v
SELECT upper('a','b') AS v
SELECT upper(1.5D) AS v
SELECT length(1.50) AS v
SELECT length(true) AS v
SELECT length(DATE'2024-02-29') AS v
SELECT length(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT length(named_struct('a',1)) AS v
SELECT length(map('a',1)) AS v
SELECT length('a','b') AS v
SELECT length(1.5D) AS v
SELECT hex(1.50) AS v
SELECT hex(true) AS v
SELECT hex(DATE'2024-02-29') AS v
SELECT hex(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT hex(named_struct('a',1)) AS v
SELECT hex(map('a',1)) AS v
SELECT hex('a','b') AS v
SELECT hex(1.5D) AS v
SELECT ascii(1.50) AS v
SELECT ascii(true) AS v
SELECT ascii(DATE'2024-02-29') AS v
SELECT ascii(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT ascii(named_struct('a',1)) AS v
SELECT ascii(map('a',1)) AS v
SELECT ascii('a','b') AS v
SELECT ascii(1.5D) AS v
SELECT soundex(1.50) AS v
SELECT soundex(true) AS v
SELECT soundex(DATE'2024-02-29') AS v
SELECT soundex(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT soundex(named_struct('a',1)) AS v
SELECT soundex(map('a',1)) AS v
SELECT soundex('a','b') AS v
SELECT soundex(1.5D) AS v
SELECT reverse(1.50) AS v
SELECT reverse(true) AS v
SELECT reverse(DATE'2024-02-29') AS v
SELECT reverse(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT reverse(named_struct('a',1)) AS v
SELECT reverse(map('a',1)) AS v
SELECT reverse('a','b') AS v
SELECT reverse(1.5D) AS v
SELECT md5(1.50) AS v
SELECT md5(true) AS v
SELECT md5(DATE'2024-02-29') AS v
SELECT md5(TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT md5(named_struct('a',1)) AS v
SELECT md5(map('a',1)) AS v
SELECT md5('a','b') AS v
SELECT md5(1.5D) AS v
SELECT initcap('heLLo wORLD foo-bar  x1y ß') AS v
SELECT initcap('a\tb\nc') AS v
SELECT upper('straße') AS v
SELECT lower('ΑΣ İ') AS v
SELECT soundex('Robert') AS v
SELECT soundex('Rupert') AS v
SELECT soundex('Ashcraft') AS v
SELECT soundex('Tymczak') AS v
SELECT soundex('Pfister') AS v
SELECT soundex('1abc') AS v
SELECT soundex('a-bc') AS v
SELECT soundex('Honeyman') AS v
SELECT substring('hello', 0, 2) AS v
SELECT substring('hello', 0, -1) AS v
SELECT substring('hello', -2, -1) AS v
SELECT substring('漢😀é', 1, 2) AS v
SELECT substring('漢😀é', -2, -1) AS v
SELECT substring('漢😀é', -7, 0) AS v
SELECT substring('漢😀é', -7, -1) AS v
SELECT substring('漢😀é', 2147483647, 0) AS v
SELECT substring('', 1, -1) AS v
SELECT substring('', 0, 0) AS v
SELECT substring('', 9, 2) AS v
SELECT substring('', 2147483647, 0) AS v
SELECT substring('hello', 2) AS v
SELECT substring('hello', -2) AS v
SELECT substring('hello', -9) AS v
SELECT substring('hello', 9) AS v
SELECT substring(X'010203', -2) AS v
SELECT substring(X'010203', 0) AS v
SELECT substring(X'010203', -9) AS v
SELECT substring(X'010203', 9) AS v
SELECT substring(NULL, 2) AS v
SELECT substring(NULL, -2) AS v
SELECT substring(NULL, 0) AS v
SELECT substring(NULL, -9) AS v
SELECT substring(NULL, 9) AS v
SELECT substring(12345, -2) AS v
SELECT substring(12345, 0) AS v
SELECT substring(12345, -9) AS v
SELECT substring(12345, NULL) AS v
SELECT substring(12345, 9) AS v
SELECT substring(X'010203', 1, 1) AS v
SELECT substring(X'010203', 1, 9) AS v
SELECT substring(X'010203', 1, -1) AS v
SELECT substring(X'010203', 0, 1) AS v
SELECT substring(X'010203', 0, 9) AS v
SELECT substring(X'010203', 0, -1) AS v
SELECT substring(X'010203', -2, 1) AS v
SELECT substring(X'010203', -2, 9) AS v
SELECT substring(X'010203', -2, -1) AS v
SELECT substring(X'010203', -9, 1) AS v
SELECT substring(X'010203', -9, 9) AS v
SELECT substring(X'010203', -9, -1) AS v
SELECT substring(X'010203', 4, 1) AS v
SELECT substring(X'010203', 4, 9) AS v
SELECT substring(X'010203', 4, -1) AS v
SELECT substr('hello', 2)
SELECT substr('hello', 2, 3)
SELECT substring('hello' FROM 2)
SELECT substr('hello' FROM 2 FOR 1)
SELECT substring('hello', 2)
SELECT substring('hello', '2', 1) AS v
SELECT substring('hello', 2L) AS v
SELECT substring('hello', 2.5) AS v
SELECT substring('hello', true) AS v
SELECT substring(array(1), 1) AS v
SELECT substring('hello') AS v
SELECT substring('a',1,2,3) AS v
SELECT substring(true,1,2) AS v
SELECT left('hello', 2) AS v
SELECT left('hello', 0) AS v
SELECT left('hello', 99) AS v
SELECT left('hello', NULL) AS v
SELECT left('', 2) AS v
SELECT left('', 0) AS v
SELECT left('', -1) AS v
SELECT left('', 99) AS v
SELECT left('', NULL) AS v
SELECT left(NULL, 2) AS v
SELECT left(NULL, 0) AS v
SELECT left(NULL, NULL) AS v
SELECT left(X'010203', 2) AS v
SELECT left(X'010203', 99) AS v
SELECT left(123, 0) AS v
SELECT left(123, 99) AS v
SELECT left(123, NULL) AS v
SELECT right('hello', 2) AS v
SELECT right('hello', 99) AS v
SELECT right('hello', NULL) AS v
SELECT right('', 2) AS v
SELECT right('', -1) AS v
SELECT right('', 99) AS v
SELECT right('', NULL) AS v
SELECT right(NULL, -1) AS v
SELECT right(123, 2) AS v
SELECT right(123, -1) AS v
SELECT right(X'010203', 2) AS v
SELECT left('abc') AS v
SELECT left('abc',2)
SELECT right('abc', 1)
SELECT left('abc', 1.5) AS v
SELECT lpad('hi', 5, 'xy') AS v
SELECT lpad('hi', 5, 'é') AS v
SELECT lpad('hi', 1, 'xy') AS v
SELECT lpad('hi', 1, '') AS v
SELECT lpad('hi', -1, '') AS v
SELECT lpad('hi', -1, 'é') AS v
SELECT lpad('', 5, 'xy') AS v
SELECT lpad('', 5, '') AS v
SELECT lpad('', 1, 'xy') AS v
SELECT lpad('', 1, '') AS v
SELECT lpad('', -1, 'xy') AS v
SELECT lpad('', -1, '') AS v
SELECT lpad('', -1, 'é') AS v
SELECT lpad('漢😀', 1, '') AS v
SELECT lpad('漢😀', 0, '') AS v
SELECT lpad('漢😀', -1, 'é') AS v
SELECT lpad('hi', 5) AS v
SELECT lpad('hi', 1) AS v
SELECT lpad('hi', 0) AS v
SELECT lpad(X'0102', 5) AS v
SELECT lpad(X'0102', 1) AS v
SELECT lpad(X'0102', 0) AS v
SELECT lpad(NULL, 5) AS v
SELECT lpad(NULL, 1) AS v
SELECT lpad(NULL, 0) AS v
SELECT lpad(12, 5) AS v
SELECT lpad(12, 1) AS v
SELECT lpad(12, 0) AS v
SELECT lpad(X'0102', 5, X'0a0b') AS v
SELECT lpad(X'0102', 5, 'a') AS v
SELECT lpad('a', 5, X'0a0b') AS v
SELECT lpad('hi',5)
SELECT lpad('hi',5,'x')
SELECT lpad('hi') AS v
SELECT lpad('hi',NULL,'x') AS v
SELECT lpad('hi',3,NULL) AS v
SELECT lpad('hi','3','x') AS v
SELECT lpad('hi',3,0) AS v
SELECT lpad(X'0102', 5)
SELECT rpad('hi', 5, '') AS v
SELECT rpad('hi', 5, 'é') AS v
SELECT rpad('hi', 1, 'xy') AS v
SELECT rpad('hi', 1, '') AS v
SELECT rpad('hi', 1, 'é') AS v
SELECT rpad('hi', 0, 'é') AS v
SELECT rpad('hi', -1, 'xy') AS v
SELECT rpad('hi', -1, '') AS v
SELECT rpad('', 5, 'xy') AS v
SELECT rpad('', 5, '') AS v
SELECT rpad('', 5, 'é') AS v
SELECT rpad('', 1, 'xy') AS v
SELECT rpad('', 1, 'é') AS v
SELECT rpad('', 0, '') AS v
SELECT rpad('漢😀', 5, 'é') AS v
SELECT rpad('漢😀', 1, 'é') AS v
SELECT rpad('漢😀', 0, '') AS v
SELECT rpad('漢😀', 0, 'é') AS v
SELECT rpad('漢😀', -1, 'é') AS v
SELECT rpad('hi', 5) AS v
SELECT rpad('hi', 1) AS v
SELECT rpad('hi', 0) AS v
SELECT rpad(X'0102', 5) AS v
SELECT rpad(X'0102', 1) AS v
SELECT rpad(X'0102', 0) AS v
SELECT rpad(NULL, 5) AS v
SELECT rpad(NULL, 1) AS v
SELECT rpad(NULL, 0) AS v
SELECT rpad(12, 5) AS v
SELECT rpad(12, 1) AS v
SELECT rpad(12, 0) AS v
SELECT rpad(X'0102', 5, X'0a0b') AS v
SELECT rpad(X'0102', 5, 'a') AS v
SELECT rpad('a', 5, X'0a0b') AS v
SELECT rpad('hi',5)
SELECT rpad('hi',5,'x')
SELECT rpad('hi') AS v
SELECT rpad('hi',NULL,'x') AS v
SELECT rpad('hi',3,NULL) AS v
SELECT rpad('hi','3','x') AS v
SELECT rpad('hi',3,0) AS v
SELECT rpad(X'0102', 5)
SELECT instr('hello', 'l') AS v
SELECT instr('hello', '漢') AS v
SELECT instr('hello', 'z') AS v
SELECT instr('hello', NULL) AS v
SELECT instr('', '漢') AS v
SELECT instr('', 'z') AS v
SELECT instr(NULL, 'l') AS v
SELECT instr(NULL, '') AS v
SELECT instr(NULL, '漢') AS v
SELECT instr('漢字漢', 'l') AS v
SELECT instr('漢字漢', '漢') AS v
SELECT instr('漢字漢', NULL) AS v
SELECT locate('l', 'hello', 1) AS v
SELECT locate('l', 'hello', 4) AS v
SELECT locate('l', 'hello', 9) AS v
SELECT locate('l', 'hello', NULL) AS v
SELECT locate('l', '', 1) AS v
SELECT locate('l', '', -1) AS v
SELECT locate('l', '', 9) AS v
SELECT locate('', 'hello', 1) AS v
SELECT locate('', 'hello', 4) AS v
SELECT locate('', 'hello', 0) AS v
SELECT locate('', '', 1) AS v
SELECT locate('', '', 4) AS v
SELECT locate('', '', 0) AS v
SELECT locate('', '', 9) AS v
SELECT locate('', '', NULL) AS v
SELECT locate('z', 'hello', 0) AS v
SELECT locate('z', 'hello', 9) AS v
SELECT locate('z', 'hello', NULL) AS v
SELECT locate('z', '', 1) AS v
SELECT locate('z', '', 4) AS v
SELECT locate('z', '', 0) AS v
SELECT locate('z', '', 9) AS v
SELECT locate('l','hello')
SELECT locate('l','hello',2)
SELECT position('l','hello')
SELECT position('l' IN 'hello')
SELECT position('l','hello',4) AS v
SELECT locate(NULL,'hello') AS v
SELECT locate('l',NULL) AS v
SELECT locate(1,21) AS v
SELECT instr('a') AS v
SELECT instr(X'6162','b') AS v
SELECT locate('a') AS v
SELECT contains('hello', 'h') AS v
SELECT contains('hello', 'o') AS v
SELECT contains('hello', NULL) AS v
SELECT contains('hello', X'62') AS v
SELECT contains('', 'o') AS v
SELECT contains('', NULL) AS v
SELECT contains('', X'62') AS v
SELECT contains(NULL, 'h') AS v
SELECT contains(NULL, NULL) AS v
SELECT contains(NULL, X'62') AS v
SELECT contains(X'6162', 'h') AS v
SELECT contains(X'6162', '') AS v
SELECT contains(X'6162', NULL) AS v
SELECT contains(X'6162', X'62') AS v
SELECT contains('a','b')
SELECT contains(12, 2) AS v
SELECT contains('a') AS v
SELECT contains(array('a'),'a') AS v
SELECT startswith('hello', 'h') AS v
SELECT startswith('hello', '') AS v
SELECT startswith('hello', 'o') AS v
SELECT startswith('hello', NULL) AS v
SELECT startswith('', NULL) AS v
SELECT startswith('', X'62') AS v
SELECT startswith(NULL, 'h') AS v
SELECT startswith(NULL, 'o') AS v
SELECT startswith(NULL, NULL) AS v
SELECT startswith(X'6162', 'o') AS v
SELECT startswith('a','b')
SELECT startswith(12, 2) AS v
SELECT startswith('a') AS v
SELECT startswith(array('a'),'a') AS v
SELECT endswith('hello', 'h') AS v
SELECT endswith('hello', 'o') AS v
SELECT endswith('hello', NULL) AS v
SELECT endswith('hello', X'62') AS v
SELECT endswith('', 'h') AS v
SELECT endswith('', X'62') AS v
SELECT endswith(NULL, 'h') AS v
SELECT endswith(NULL, 'o') AS v
SELECT endswith(NULL, X'62') AS v
SELECT endswith(X'6162', 'h') AS v
SELECT endswith(X'6162', 'o') AS v
SELECT endswith('a','b')
SELECT endswith(12, 2) AS v
SELECT endswith('a') AS v
SELECT find_in_set('b', 'a,b,c') AS v
SELECT find_in_set('b', '') AS v
SELECT find_in_set('b', NULL) AS v
SELECT find_in_set('', 'a,b,c') AS v
SELECT find_in_set('', '') AS v
SELECT find_in_set('', NULL) AS v
SELECT find_in_set('', ',a') AS v
SELECT find_in_set('a,b', '') AS v
SELECT find_in_set('a,b', NULL) AS v
SELECT find_in_set('a,b', ',a') AS v
SELECT find_in_set(NULL, 'a,b,c') AS v
SELECT find_in_set(NULL, NULL) AS v
SELECT find_in_set(NULL, ',a') AS v
SELECT substring_index('a.b.c', '.', -9) AS v
SELECT substring_index('a.b.c', '', 2) AS v
SELECT substring_index('a.b.c', '', -9) AS v
SELECT substring_index('a.b.c', 'z', -2) AS v
SELECT substring_index('a.b.c', 'z', 0) AS v
SELECT substring_index('', '.', 1) AS v
SELECT substring_index('', '', -9) AS v
SELECT substring_index(NULL, '.', 2) AS v
SELECT substring_index(NULL, '.', -1) AS v
SELECT substring_index(NULL, '.', -2) AS v
SELECT substring_index(NULL, '.', 9) AS v
SELECT substring_index(NULL, '', -1) AS v
SELECT substring_index(NULL, '', -2) AS v
SELECT substring_index(NULL, '', 9) AS v
SELECT substring_index(NULL, 'z', 2) AS v
SELECT substring_index('aaaa','aa',1) AS v
SELECT substring_index('aaaa','aa',-1) AS v
SELECT substring_index('aaaa','aa',2) AS v
SELECT substring_index('a.b', '.', 1)
SELECT split_part('a.b.c', '.', 1) AS v
SELECT split_part('a.b.c', '.', -4) AS v
SELECT split_part('a.b.c', '', -1) AS v
SELECT split_part('a.b.c', 'z', 3) AS v
SELECT split_part('a.b.c', 'z', -1) AS v
SELECT split_part('a.b.c', 'z', 4) AS v
SELECT split_part('a.b.c', 'z', -4) AS v
SELECT split_part('', '', 1) AS v
SELECT split_part('', '', -1) AS v
SELECT split_part('', '', 4) AS v
SELECT split_part('', 'z', 3) AS v
SELECT split_part(NULL, '', 1) AS v
SELECT split_part(NULL, '', 4) AS v
SELECT split_part(NULL, 'z', -4) AS v
SELECT split_part('a.b','.',1)
SELECT split_part('a1b1c',1,2) AS v
SELECT replace('hello', 'l', 'L') AS v
SELECT replace('hello', 'l', '') AS v
SELECT replace('hello', 'l', NULL) AS v
SELECT replace('hello', '', NULL) AS v
SELECT replace('hello', 'z', '') AS v
SELECT replace('', 'l', 'L') AS v
SELECT replace('', 'l', '') AS v
SELECT replace('', '', NULL) AS v
SELECT replace('', 'z', '') AS v
SELECT replace(NULL, 'l', '') AS v
SELECT replace(NULL, 'l', NULL) AS v
SELECT replace(NULL, '', '') AS v
SELECT replace(NULL, 'z', '') AS v
SELECT replace('hello','l') AS v
SELECT replace('hello','l')
SELECT replace(121,1,3) AS v
SELECT replace('a','a','b','c') AS v
SELECT translate('hello', 'el', '') AS v
SELECT translate('hello', 'll', 'a') AS v
SELECT translate('hello', '', 'a') AS v
SELECT translate('hello', '', '') AS v
SELECT translate('', 'el', 'ip') AS v
SELECT translate('', 'el', '') AS v
SELECT translate('', '', '') AS v
SELECT translate(NULL, 'el', 'a') AS v
SELECT translate(NULL, 'll', '') AS v
SELECT translate(NULL, '', 'ip') AS v
SELECT translate('漢字a','漢a','😀b') AS v
SELECT translate('AaBbCc', 'abc', '123')
SELECT translate('abc','a') AS v
SELECT overlay('Spark SQL', 'CORE', 6) AS v
SELECT overlay('Spark SQL', '', 6) AS v
SELECT overlay('Spark SQL', '', -2) AS v
SELECT overlay('Spark SQL', '', 20) AS v
SELECT overlay('', '_', -2) AS v
SELECT overlay('', 'CORE', 0) AS v
SELECT overlay('', 'CORE', -2) AS v
SELECT overlay('', '', 6) AS v
SELECT overlay('', '', 0) AS v
SELECT overlay('Spark SQL', 'ANSI ', 7, 0) AS v
SELECT overlay('Spark SQL', 'ANSI ', 7, 3) AS v
SELECT overlay('Spark SQL', 'ANSI ', 7, 99) AS v
SELECT overlay('Spark SQL', 'ANSI ', 7, -1) AS v
SELECT overlay('Spark SQL', 'ANSI ', 1, 0) AS v
SELECT overlay('Spark SQL', 'ANSI ', 1, 3) AS v
SELECT overlay('Spark SQL', 'ANSI ', 1, 99) AS v
SELECT overlay('Spark SQL', 'ANSI ', 1, -1) AS v
SELECT overlay('Spark SQL' PLACING 'ANSI ' FROM 7 FOR 0)
SELECT overlay('Spark SQL' PLACING 'tructured' FROM 2 FOR 4)
SELECT overlay('abc','x',2)
SELECT overlay('abc','x',2,1)
SELECT overlay(X'010203', X'ff', 2, 0) AS v
SELECT overlay('a', X'ff', 1) AS v
SELECT overlay('a','b') AS v
SELECT overlay(NULL,'b',1) AS v
SELECT repeat('ab', 0) AS v
SELECT repeat('ab', -1) AS v
SELECT repeat('ab', NULL) AS v
SELECT repeat('', 3) AS v
SELECT repeat('', -1) AS v
SELECT repeat('', NULL) AS v
SELECT repeat(NULL, 3) AS v
SELECT repeat(NULL, 0) AS v
SELECT repeat(NULL, NULL) AS v
SELECT repeat(12, 3) AS v
SELECT repeat(12, 0) AS v
SELECT repeat(12, -1) AS v
SELECT repeat('a','2') AS v
SELECT repeat('a',2)
SELECT repeat('a') AS v
SELECT repeat(array(1),2) AS v
SELECT space(3) AS v
SELECT space(0) AS v
SELECT space(-1) AS v
SELECT space(NULL) AS v
SELECT space(2.5) AS v
SELECT chr(65) AS v
SELECT chr(0) AS v
SELECT chr(256) AS v
SELECT chr(-1) AS v
SELECT chr(128) AS v
SELECT chr(233) AS v
SELECT chr(255) AS v
SELECT chr('66') AS v
SELECT chr(9223372036854775807) AS v
SELECT chr(65.0) AS v
SELECT chr(65)
SELECT char(0) AS v
SELECT char(256) AS v
SELECT char(321) AS v
SELECT char(-1) AS v
SELECT char(233) AS v
SELECT char(255) AS v
SELECT char(NULL) AS v
SELECT char('66') AS v
SELECT char(65.0) AS v
SELECT char(65)
SELECT ascii('漢') AS v
SELECT ascii('😀') AS v
SELECT trim(BOTH 'x' FROM 'xyaxy') AS v
SELECT trim(BOTH 'x' FROM '') AS v
SELECT trim(BOTH 'x' FROM NULL) AS v
SELECT trim(BOTH 'xy' FROM 'xyaxy') AS v
SELECT trim(BOTH 'xy' FROM NULL) AS v
SELECT trim(BOTH '' FROM 'xyaxy') AS v
SELECT trim(BOTH '' FROM '') AS v
SELECT trim(BOTH '' FROM NULL) AS v
SELECT trim(BOTH NULL FROM '') AS v
SELECT trim(BOTH NULL FROM NULL) AS v
SELECT trim(BOTH FROM '  a  ')
SELECT trim(BOTH 'x' FROM 'xax')
SELECT trim(LEADING 'x' FROM '') AS v
SELECT trim(LEADING 'x' FROM NULL) AS v
SELECT trim(LEADING 'xy' FROM 'xyaxy') AS v
SELECT trim(LEADING 'xy' FROM '') AS v
SELECT trim(LEADING '' FROM 'xyaxy') AS v
SELECT trim(LEADING '' FROM '') AS v
SELECT trim(LEADING '' FROM NULL) AS v
SELECT trim(LEADING NULL FROM 'xyaxy') AS v
SELECT trim(LEADING NULL FROM NULL) AS v
SELECT trim(LEADING FROM '  a  ')
SELECT trim(LEADING 'x' FROM 'xax')
SELECT trim(TRAILING 'x' FROM 'xyaxy') AS v
SELECT trim(TRAILING 'x' FROM NULL) AS v
SELECT trim(TRAILING 'xy' FROM 'xyaxy') AS v
SELECT trim(TRAILING 'xy' FROM '') AS v
SELECT trim(TRAILING 'xy' FROM NULL) AS v
SELECT trim(TRAILING '' FROM '') AS v
SELECT trim(TRAILING '' FROM NULL) AS v
SELECT trim(TRAILING NULL FROM 'xyaxy') AS v
SELECT trim(TRAILING NULL FROM '') AS v
SELECT trim(TRAILING FROM '  a  ')
SELECT trim(TRAILING 'x' FROM 'xax')
SELECT trim('x' FROM 'xax')
SELECT trim('xy','xyaxy') AS v
SELECT ltrim('x','xxa') AS v
SELECT rtrim('x','axx') AS v
SELECT ltrim('x','xxa')
SELECT rtrim('x','axx')
SELECT btrim('xaxx','x')
SELECT btrim('  a  ')
SELECT trim('  a\t ') AS v
SELECT trim('\n a') AS v
SELECT trim(1,121) AS v
SELECT trim('é' FROM 'éaé') AS v
SELECT trim('a','b','c') AS v
SELECT rtrim('a','b','c') AS v
SELECT concat('a', 'b') AS v
SELECT concat('a', 2) AS v
SELECT concat('a', X'62') AS v
SELECT concat(1, 2) AS v
SELECT concat(true, 2) AS v
SELECT concat(X'61', 2) AS v
SELECT concat(X'61', X'62') AS v
SELECT concat(DATE'2024-01-01', 'b') AS v
SELECT concat(1.5D, 'b') AS v
SELECT concat(1.5D, 2) AS v
SELECT concat(1.5D, X'62') AS v
SELECT concat() AS v
SELECT concat('a','b','c')
SELECT concat(array(1),array(2,NULL)) AS v
SELECT concat(array(1),array('a')) AS v
SELECT concat(array(1),1) AS v
SELECT concat(named_struct('a',1)) AS v
SELECT 'a' || 'b' || 'c'
SELECT 1 || 2 AS v
SELECT X'61' || X'62' AS v
SELECT 'a' || TIMESTAMP'2024-01-01 00:00:00' AS v
SELECT concat(NULL) AS v
SELECT concat(NULL,NULL) AS v
SELECT concat_ws(',','a',NULL,'b') AS v
SELECT concat_ws(NULL,'a') AS v
SELECT concat_ws(',',array('a',NULL),'b') AS v
SELECT concat_ws('',1,2) AS v
SELECT concat_ws(',','a')
SELECT concat_ws() AS v
SELECT concat_ws(',',NULL) AS v
SELECT concat_ws(array('a'),'b') AS v
SELECT concat_ws('-',true,DATE'2024-01-01') AS v
SELECT concat_ws(',',map('a',1)) AS v
SELECT concat_ws(1,'a','b') AS v
SELECT concat_ws(',',X'61','b') AS v
SELECT elt(2, 'a', 'b') AS v
SELECT elt(NULL, 'a', 'b') AS v
SELECT elt(0, 'a', 'b') AS v
SELECT elt(3, 'a', 'b') AS v
SELECT elt('1', 'a', 'b') AS v
SELECT elt(1) AS v
SELECT elt(1,2,'a') AS v
SELECT elt(2,'a',NULL) AS v
SELECT elt(1,X'61',X'62') AS v
SELECT levenshtein('kitten', 'sitting') AS v
SELECT levenshtein('kitten', '') AS v
SELECT levenshtein('kitten', '漢') AS v
SELECT levenshtein('', '') AS v
SELECT levenshtein('', '漢') AS v
SELECT levenshtein(NULL, 'sitting') AS v
SELECT levenshtein(NULL, '') AS v
SELECT levenshtein('漢字', 'sitting') AS v
SELECT levenshtein('漢字', '') AS v
SELECT levenshtein('漢字', '漢') AS v
SELECT levenshtein('kitten','sitting',0) AS v
SELECT levenshtein('kitten','sitting',3) AS v
SELECT levenshtein('kitten','sitting',4) AS v
SELECT levenshtein('kitten','sitting',-1) AS v
SELECT levenshtein('kitten','sitting',NULL) AS v
SELECT levenshtein('a','b',1)
SELECT levenshtein('a') AS v
SELECT levenshtein(1,12) AS v
SELECT mask('AbCd-123 é漢') AS v
SELECT mask('AbCd-123','Q','q') AS v
SELECT mask('AbCd-123','Q','q','d') AS v
SELECT mask('AbCd-123','Q','q','d','o') AS v
SELECT mask('AbCd-123',NULL,'q','d','*') AS v
SELECT mask('a','QQ') AS v
SELECT mask('AbCd-123','Q','q','d','o')
SELECT mask('Ab','Q')
SELECT mask('a','','q') AS v
SELECT 'abc' LIKE '_b_' AS v
SELECT 'abc' LIKE 'abc' AS v
SELECT 'abc' LIKE NULL AS v
SELECT '' LIKE 'a%' AS v
SELECT '' LIKE '_b_' AS v
SELECT '' LIKE 'abc' AS v
SELECT '' LIKE '%c' AS v
SELECT '' LIKE NULL AS v
SELECT NULL LIKE '%c' AS v
SELECT 'a%c' LIKE 'a\\%c' AS v
SELECT 'abc' LIKE 'a\\%c' AS v
SELECT 'a_c' LIKE 'a\_c' AS v
SELECT 'a\\c' LIKE 'a\\\\c' AS v
SELECT 'abc' LIKE 'a\\bc' AS v
SELECT 'abc' LIKE 'abc\\' AS v
SELECT 'a\nc' LIKE 'a_c' AS v
SELECT 12 LIKE '1%' AS v
SELECT true LIKE 't%' AS v
SELECT 1.5 LIKE '1._' AS v
SELECT DATE'2024-01-01' LIKE '2024%' AS v
SELECT '漢😀' LIKE '__' AS v
SELECT 'ABC' LIKE 'abc' AS v
SELECT X'6162' LIKE 'ab' AS v
SELECT 'a.c' LIKE 'a.c' AS v
SELECT 'abc' LIKE 'a%'
SELECT 'abc' NOT LIKE 'a%'
SELECT 'a%b' LIKE 'a|%b' ESCAPE '|' AS v
SELECT 'axb' LIKE 'a|%b' ESCAPE '|' AS v
SELECT 'ab' LIKE 'a|b' ESCAPE '|' AS v
SELECT 'ab' LIKE 'ab|' ESCAPE '|' AS v
SELECT 'a\\b' LIKE 'a\\b' ESCAPE '|' AS v
SELECT 'ab' LIKE 'ab' ESCAPE '||' AS v
SELECT 'a' NOT LIKE 'b|%' ESCAPE '|'
SELECT 'a%b' LIKE 'a/%b' ESCAPE '/'
SELECT 'a%' LIKE 'a%%' ESCAPE '%' AS v
SELECT 'ABC' ILIKE 'ab%' AS v
SELECT 'ABC' ILIKE 'x' AS v
SELECT 'ABC' ILIKE NULL AS v
SELECT NULL ILIKE 'ab%' AS v
SELECT NULL ILIKE 'a_C' AS v
SELECT NULL ILIKE NULL AS v
SELECT 'ÄB' ILIKE 'äb' AS v
SELECT 'a' NOT ILIKE 'A'
SELECT 'A%' ILIKE 'a\\%' AS v
SELECT 12 ILIKE '1%' AS v
SELECT ilike('ABC','a%')
SELECT like('abc','a%')
SELECT like('a%','a/%','/') AS v
SELECT 'abc' LIKE ANY ('a%','x%') AS v
SELECT 'abc' LIKE ANY ('a%','%c') AS v
SELECT 'abc' LIKE ANY ('x%','y') AS v
SELECT 'abc' LIKE ANY ('a%',NULL) AS v
SELECT NULL LIKE ANY ('a%') AS v
SELECT 'abc' LIKE ANY ('a%','x%')
SELECT 'abc' ILIKE ANY ('A%','x%') AS v
SELECT 'abc' NOT LIKE ANY ('a%','%c') AS v
SELECT 'abc' NOT LIKE ANY ('x%','y') AS v
SELECT 'abc' NOT LIKE ANY ('a%',NULL) AS v
SELECT 'abc' NOT LIKE ANY ('x%',NULL) AS v
SELECT 'abc' NOT LIKE ANY ('a%','x%')
SELECT 'abc' NOT ILIKE ANY ('A%','x%') AS v
SELECT 'abc' LIKE ALL ('a%','x%') AS v
SELECT 'abc' LIKE ALL ('x%','y') AS v
SELECT 'abc' LIKE ALL ('a%',NULL) AS v
SELECT 'abc' LIKE ALL ('x%',NULL) AS v
SELECT NULL LIKE ALL ('a%') AS v
SELECT 'abc' ILIKE ALL ('A%','x%') AS v
SELECT 'abc' NOT LIKE ALL ('a%','x%') AS v
SELECT 'abc' NOT LIKE ALL ('a%','%c') AS v
SELECT 'abc' NOT LIKE ALL ('a%',NULL) AS v
SELECT 'abc' NOT LIKE ALL ('x%',NULL) AS v
SELECT NULL NOT LIKE ALL ('a%') AS v
SELECT 'abc' NOT LIKE ALL ('a%','x%')
SELECT 'abc' LIKE SOME ('a%','x%') AS v
SELECT 'abc' LIKE SOME ('a%','%c') AS v
SELECT 'abc' LIKE SOME ('x%','y') AS v
SELECT 'abc' LIKE SOME ('x%',NULL) AS v
SELECT NULL LIKE SOME ('a%') AS v
SELECT 'abc' LIKE SOME ('a%','x%')
SELECT 'abc' ILIKE SOME ('A%','x%') AS v
SELECT 'abc' NOT LIKE SOME ('a%','x%') AS v
SELECT 'abc' NOT LIKE SOME ('a%','%c') AS v
SELECT 'abc' NOT LIKE SOME ('x%','y') AS v
SELECT 'abc' NOT LIKE SOME ('a%',NULL) AS v
SELECT NULL NOT LIKE SOME ('a%') AS v
SELECT 'abc' NOT LIKE SOME ('a%','x%')
SELECT 'abc' NOT ILIKE SOME ('A%','x%') AS v
SELECT 'a' LIKE ANY ('a', g) AS v FROM s ORDER BY id
SELECT 'abc' RLIKE '(?i)ABC' AS v
SELECT 'abc' RLIKE 'a|x' AS v
SELECT 'abc' RLIKE 'b*' AS v
SELECT 'abc' RLIKE 'x{0,2}' AS v
SELECT 'abc' RLIKE '(a)(b)?' AS v
SELECT '' RLIKE 'c$' AS v
SELECT '' RLIKE '' AS v
SELECT '' RLIKE '(?i)ABC' AS v
SELECT '' RLIKE 'a|x' AS v
SELECT '' RLIKE '\\bb' AS v
SELECT '' RLIKE '[^a]' AS v
SELECT 'abc' REGEXP 'b' AS v
SELECT 'abc' REGEXP 'b'
SELECT 'abc' RLIKE 'b'
SELECT 'abc' NOT RLIKE 'b'
SELECT regexp('abc','b')
SELECT regexp_like('abc','b')
SELECT 12 RLIKE '1' AS v
SELECT 'abc' RLIKE '(' AS v
SELECT 'abc' RLIKE '*a' AS v
SELECT 'a\nb' RLIKE 'a.b' AS v
SELECT 'a\nb' RLIKE '(?s)a.b' AS v
SELECT 'a\n' RLIKE 'a$' AS v
SELECT 'abc' RLIKE '(?=a)' AS v
SELECT 'aa' RLIKE '(a)\\1' AS v
SELECT 'abc' RLIKE 'a++' AS v
SELECT 'é' RLIKE '\\w' AS v
SELECT 'a1' RLIKE '\\p{Alpha}\\p{Digit}' AS v
SELECT 'é' RLIKE '\\p{L}' AS v
SELECT 'a' RLIKE '[[:alpha:]]' AS v
SELECT 'a-b' RLIKE '[a\\-b]+$' AS v
SELECT 'A' RLIKE '\\x41' AS v
SELECT 'A' RLIKE '\\u0041' AS v
SELECT 'ab' RLIKE '^(ab|cd)$' AS v
SELECT 'a{' RLIKE 'a{' AS v
SELECT 'a]' RLIKE 'a]' AS v
SELECT '٣' RLIKE '\\d' AS v
SELECT 'a b' RLIKE '\\s' AS v
SELECT 'a_b' RLIKE '\\W' AS v
SELECT 'ab' RLIKE '\\y' AS v
SELECT 'ab' RLIKE 'ab\\' AS v
SELECT 'a&&b' RLIKE '[a&&b]' AS v
SELECT 'a' RLIKE ')' AS v
SELECT 'a' RLIKE '(?<n>a)' AS v
SELECT 'a' RLIKE '[]a]' AS v
SELECT 'a' RLIKE '[a-]' AS v
SELECT '-' RLIKE '[a-]' AS v
SELECT '^' RLIKE '[\\^]' AS v
SELECT 'z' RLIKE '[z-a]' AS v
SELECT 'a' RLIKE '^*' AS v
SELECT 'a' RLIKE '(|a)+' AS v
SELECT 'a' RLIKE '\\' AS v
SELECT regexp_extract('foo-123 bar-45', '(\\w+)-(\\d+)', 0) AS v
SELECT regexp_extract('foo-123 bar-45', '(\\w+)-(\\d+)', 1) AS v
SELECT regexp_extract('foo-123 bar-45', '(\\w+)-(\\d+)', 2) AS v
SELECT regexp_extract('foo-123 bar-45', '(z)', 0) AS v
SELECT regexp_extract('foo-123 bar-45', '(z)', 2) AS v
SELECT regexp_extract('foo-123 bar-45', '(z)', -1) AS v
SELECT regexp_extract('foo-123 bar-45', '(z)', 3) AS v
SELECT regexp_extract('foo-123 bar-45', 'x|(o)', 0) AS v
SELECT regexp_extract('foo-123 bar-45', 'x|(o)', 1) AS v
SELECT regexp_extract('foo-123 bar-45', 'x|(o)', 2) AS v
SELECT regexp_extract('foo-123 bar-45', 'x|(o)', -1) AS v
SELECT regexp_extract('foo-123 bar-45', 'x|(o)', NULL) AS v
SELECT regexp_extract('foo-123 bar-45', 'foo', 0) AS v
SELECT regexp_extract('foo-123 bar-45', 'foo', 1) AS v
SELECT regexp_extract('foo-123 bar-45', 'foo', 2) AS v
SELECT regexp_extract('100-200', '(\\d+)-(\\d+)') AS v
SELECT regexp_extract('100-200', '(\\d+)')
SELECT regexp_extract('100-200', '(\\d+)', 1)
SELECT regexp_extract(NULL,'(a)') AS v
SELECT regexp_extract('b','(a)?b',1) AS v
SELECT regexp_extract('a') AS v
SELECT regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 0) AS v
SELECT regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 1) AS v
SELECT regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', -1) AS v
SELECT regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 3) AS v
SELECT regexp_extract_all('100-200, 300-400', '(z)', 0) AS v
SELECT regexp_extract_all('100-200, 300-400', '(z)', 1) AS v
SELECT regexp_extract_all('100-200, 300-400', '(z)', -1) AS v
SELECT regexp_extract_all('100-200, 300-400', '(z)', 3) AS v
SELECT regexp_extract_all('100-200, 300-400', '\\d+', 0) AS v
SELECT regexp_extract_all('100-200, 300-400', '\\d+', 1) AS v
SELECT regexp_extract_all('100-200, 300-400', '\\d+', -1) AS v
SELECT regexp_extract_all('100-200, 300-400', '\\d+', 3) AS v
SELECT regexp_extract_all('a1b2','[a-z]') AS v
SELECT regexp_extract_all('a1b2','([a-z])')
SELECT regexp_extract_all('aab','(a*)',1) AS v
SELECT regexp_extract_all(NULL,'(a)') AS v
SELECT regexp_extract_all('','(.*)') AS v
SELECT regexp_replace('a-b-c', '-', '') AS v
SELECT regexp_replace('a-b-c', 'b*', '') AS v
SELECT regexp_replace('a-b-c', '(\\w)-(\\w)', '') AS v
SELECT regexp_replace('a-b-c', 'z', '') AS v
SELECT regexp_replace('', '-', '+') AS v
SELECT regexp_replace('', 'b*', '+') AS v
SELECT regexp_replace('', 'b*', '') AS v
SELECT regexp_replace('', 'z', '') AS v
SELECT regexp_replace(NULL, '-', '') AS v
SELECT regexp_replace(NULL, 'b*', '') AS v
SELECT regexp_replace(NULL, '(\\w)-(\\w)', '+') AS v
SELECT regexp_replace(NULL, '(\\w)-(\\w)', '') AS v
SELECT regexp_replace(NULL, 'z', '+') AS v
SELECT regexp_replace('abc','(a)(b)','$2$1') AS v
SELECT regexp_replace('abc','b','$0$0') AS v
SELECT regexp_replace('abc','b','\\$') AS v
SELECT regexp_replace('abc','b','a\\\\b') AS v
SELECT regexp_replace('a-b-c','-','+',3) AS v
SELECT regexp_replace('a-b-c','-','+',1) AS v
SELECT regexp_replace('a-b-c','-','+',-1) AS v
SELECT regexp_replace('a-b-c','-','+',99) AS v
SELECT regexp_replace('a-b-c','-','+',6) AS v
SELECT regexp_replace('abc','','-') AS v
SELECT regexp_replace('abc','b','x')
SELECT regexp_replace('abc','b','x',1)
SELECT regexp_replace('abc','b') AS v
SELECT regexp_replace('a😀b','','-') AS v
SELECT regexp_replace('aXbXc','(?i)x','-') AS v
SELECT regexp_replace(NULL,'a','b') AS v
SELECT regexp_replace('aa','(a)','$11') AS v
SELECT regexp_replace('abc', 'c', 'x', 4) AS v
SELECT regexp_replace('a b  c','\\s+',' ') AS v
SELECT regexp_replace(123,2,'x') AS v
SELECT regexp_count('aaa', 'a') AS v
SELECT regexp_count('aaa', 'aa') AS v
SELECT regexp_count('aaa', 'b') AS v
SELECT regexp_count('aaa', NULL) AS v
SELECT regexp_count('', 'a') AS v
SELECT regexp_count('', 'aa') AS v
SELECT regexp_count('', 'b') AS v
SELECT regexp_count('', NULL) AS v
SELECT regexp_count(NULL, 'a') AS v
SELECT regexp_count(NULL, 'aa') AS v
SELECT regexp_count(NULL, 'b') AS v
SELECT regexp_count(NULL, NULL) AS v
SELECT regexp_count('a','(') AS v
SELECT regexp_count('aba','a')
SELECT regexp_instr('xab', 'z') AS v
SELECT regexp_instr('xab', '') AS v
SELECT regexp_instr('xab', NULL) AS v
SELECT regexp_instr('', 'a') AS v
SELECT regexp_instr('', '') AS v
SELECT regexp_instr('', NULL) AS v
SELECT regexp_instr(NULL, 'a') AS v
SELECT regexp_instr(NULL, 'z') AS v
SELECT regexp_instr(NULL, NULL) AS v
SELECT regexp_instr('漢a', 'a') AS v
SELECT regexp_instr('漢a', 'z') AS v
SELECT regexp_instr('漢a', '') AS v
SELECT regexp_instr('xab','a')
SELECT regexp_instr('xab','a',1) AS v
SELECT regexp_instr('xab','(b)',1) AS v
SELECT regexp_substr('xab', 'a.') AS v
SELECT regexp_substr('xab', '') AS v
SELECT regexp_substr('xab', NULL) AS v
SELECT regexp_substr('', 'a.') AS v
SELECT regexp_substr('', 'z') AS v
SELECT regexp_substr('', NULL) AS v
SELECT regexp_substr(NULL, 'a.') AS v
SELECT regexp_substr(NULL, 'z') AS v
SELECT regexp_substr(NULL, '') AS v
SELECT regexp_substr('xab','a')
SELECT split('a,b,,c,', ',') AS v
SELECT split('a,b,,c,', 'x') AS v
SELECT split('a,b,,c,', NULL) AS v
SELECT split('', '') AS v
SELECT split('', '[0-9]') AS v
SELECT split('', 'x') AS v
SELECT split(NULL, NULL) AS v
SELECT split('a1b22c', '[0-9]') AS v
SELECT split('a1b22c', '[0-9]+') AS v
SELECT split('a,b,c', ',', -1) AS v
SELECT split('a,b,c', ',', 0) AS v
SELECT split('a,b,c', ',', 2) AS v
SELECT split('a,b,c', ',', 9) AS v
SELECT split('a,b,c', ',', NULL) AS v
SELECT split('a,b,c', '', -1) AS v
SELECT split('a,b,c', '', 1) AS v
SELECT split('a,b,c', '', 2) AS v
SELECT split('a,b,c', '', 9) AS v
SELECT split('abc', ',', -1) AS v
SELECT split('abc', ',', 1) AS v
SELECT split('abc', ',', 2) AS v
SELECT split('abc', ',', 9) AS v
SELECT split('abc', ',', NULL) AS v
SELECT split('abc', '', 2) AS v
SELECT split('abc', '', 9) AS v
SELECT split('a,b',',')
SELECT split('a,b',',',2)
SELECT split('abc','(?=b)') AS v
SELECT split('a.b','\\.') AS v
SELECT split('a|b','|') AS v
SELECT split('a.b','.') AS v
SELECT split('oneAtwoBthreeC','[ABC]') AS v
SELECT split('ab','b*') AS v
SELECT split('漢😀','') AS v
SELECT split('a') AS v
SELECT '\u0041' AS v
SELECT hex('\u0041') AS v
SELECT '\101' AS v
SELECT hex('\101') AS v
SELECT hex('\U0001F600') AS v
SELECT '\n\t\r\b\0\Z' AS v
SELECT hex('\n\t\r\b\0\Z') AS v
SELECT '\%\_' AS v
SELECT '\a\f\q' AS v
SELECT hex('\a\f\q') AS v
SELECT r'\d\n' AS v
SELECT hex(r'\d\n') AS v
SELECT hex(R'a\b') AS v
SELECT 'it''s' AS v
SELECT hex('it''s') AS v
SELECT 'it\'s' AS v
SELECT "dq" AS v
SELECT hex("dq") AS v
SELECT "a""b" AS v
SELECT hex("a""b") AS v
SELECT hex("a\"b") AS v
SELECT 'a' 'b' AS v
SELECT hex('a' 'b') AS v
SELECT '\x41' AS v
SELECT '\1' AS v
SELECT hex('\1') AS v
SELECT '\777' AS v
SELECT hex('\777') AS v
SELECT hex('\u00') AS v
SELECT '\uD83D\uDE00' AS v
SELECT hex('\uD83D\uDE00') AS v
SELECT '\\' AS v
SELECT '' AS v
SELECT '''' AS v
SELECT hex('''') AS v
SELECT r"a\c" AS v
SELECT 'tab	x' AS v
SELECT hex('tab	x') AS v
SELECT sha2('a', 0) AS v
SELECT sha2('a', 224) AS v
SELECT sha2('a', 384) AS v
SELECT sha2('a', 1) AS v
SELECT sha2('a', NULL) AS v
SELECT sha2('a', -1) AS v
SELECT sha2('', 256) AS v
SELECT sha2('', 384) AS v
SELECT sha2('', 512) AS v
SELECT sha2('', 1) AS v
SELECT sha2(NULL, 0) AS v
SELECT sha2(NULL, 256) AS v
SELECT sha2(NULL, 384) AS v
SELECT sha2(NULL, 1) AS v
SELECT sha2(X'00ff', 0) AS v
SELECT sha2(X'00ff', 256) AS v
SELECT sha2(X'00ff', 512) AS v
SELECT sha2(X'00ff', NULL) AS v
SELECT md5(X'00') AS v
SELECT md5(1) AS v
SELECT sha2(1,256) AS v
SELECT sha2('a') AS v
SELECT hash(-9223372036854775807L) AS v
SELECT hash(1S) AS v
SELECT hash(-0.0D) AS v
SELECT hash(-0.0F) AS v
SELECT hash(true) AS v
SELECT hash('hello') AS v
SELECT hash('a') AS v
SELECT hash('abc') AS v
SELECT hash('abcdefgh') AS v
SELECT hash(X'00ff80') AS v
SELECT hash(DATE'2024-02-29') AS v
SELECT hash(map('a',1)) AS v
SELECT xxhash64(0.0D) AS v
SELECT xxhash64(CAST('NaN' AS DOUBLE)) AS v
SELECT xxhash64(-0.0F) AS v
SELECT xxhash64(CAST(-1 AS DECIMAL(38,0))) AS v
SELECT xxhash64('hello') AS v
SELECT xxhash64('ab') AS v
SELECT xxhash64('abc') AS v
SELECT xxhash64('abcdefgh') AS v
SELECT xxhash64(named_struct('a',1,'b','x')) AS v
SELECT xxhash64(named_struct('a',named_struct('b',1.5D))) AS v
SELECT xxhash64(1,'a',NULL) AS v
SELECT hash() AS v
SELECT xxhash64() AS v
SELECT hash(1,2)
SELECT hash('Spark', array(123), 2) AS v
SELECT hex(255) AS v
SELECT hex(-1) AS v
SELECT hex(0) AS v
SELECT hex(17Y) AS v
SELECT hex('a') AS v
SELECT hex(X'00ab') AS v
SELECT hex(1.5) AS v
SELECT hex(DATE'2024-01-01') AS v
SELECT unhex('537061') AS v
SELECT unhex('F') AS v
SELECT unhex('fF') AS v
SELECT unhex('1 2') AS v
SELECT base64('a') AS v
SELECT base64(X'fbff') AS v
SELECT base64(repeat('a',60)) AS v
SELECT unbase64('YQ') AS v
SELECT unbase64('') AS v
SELECT unbase64(NULL) AS v
SELECT unbase64('YW!Jj') AS v
SELECT unbase64('-_-_') AS v
SELECT encode('aé漢', 'UTF-8') AS v
SELECT decode(X'61c3a9', 'UTF-8') AS v
SELECT encode('aé漢', 'utf-8') AS v
SELECT encode('aé漢', 'US-ASCII') AS v
SELECT decode(X'61c3a9', 'US-ASCII') AS v
SELECT encode('aé漢', 'ISO-8859-1') AS v
SELECT decode(X'61c3a9', 'ISO-8859-1') AS v
SELECT decode(X'61c3a9', 'UTF-16') AS v
SELECT encode('aé漢', 'UTF-16BE') AS v
SELECT decode(X'61c3a9', 'UTF-16BE') AS v
SELECT encode('aé漢', 'UTF-16LE') AS v
SELECT encode('aé漢', NULL) AS v
SELECT decode(X'61c3a9', NULL) AS v
SELECT decode(X'feff0061','UTF-16') AS v
SELECT decode(X'61','US-ASCII')
SELECT encode('','UTF-16') AS v
SELECT encode(1,'UTF-8') AS v
SELECT encode('a') AS v
SELECT decode(1, 1, 'a', 2, 'b', 'c') AS v
SELECT decode(3, 1, 'a', 2, 'b', 'c') AS v
SELECT decode(NULL, 1, 'a', NULL, 'b') AS v
SELECT decode(1, 1, 'a')
SELECT decode(X'616263', 'UTF-8')
SELECT to_binary('abc') AS v
SELECT to_binary('61') AS v
SELECT to_binary('61','hex') AS v
SELECT to_binary('abc','utf-8') AS v
SELECT to_binary('abc','utf8') AS v
SELECT to_binary('YQ==','base64') AS v
SELECT to_binary('a','nope') AS v
SELECT to_binary(NULL) AS v
SELECT to_binary('61',NULL) AS v
SELECT to_binary('abc','UTF-8')
SELECT try_to_binary('abc') AS v
SELECT try_to_binary('61') AS v
SELECT try_to_binary('6g') AS v
SELECT try_to_binary('61','hex') AS v
SELECT try_to_binary('abc','utf8') AS v
SELECT try_to_binary('YQ==','base64') AS v
SELECT try_to_binary('a','base64') AS v
SELECT try_to_binary('a','nope') AS v
SELECT try_to_binary('61',NULL) AS v
SELECT try_to_binary('abc','UTF-8')
SELECT try_to_binary('61')
SELECT bin(5) AS v
SELECT bin(-1) AS v
SELECT bin(9223372036854775807) AS v
SELECT bin(NULL) AS v
SELECT bin('5') AS v
SELECT bin(13Y) AS v
SELECT bin(5)
SELECT conv('100', 16, 10) AS v
SELECT conv('100', 16, 16) AS v
SELECT conv('ff', 36, 10) AS v
SELECT conv('ff', 36, 16) AS v
SELECT conv('-15', 2, -10) AS v
SELECT conv('-15', 10, 16) AS v
SELECT conv('-15', 36, -10) AS v
SELECT conv('zz', 2, 10) AS v
SELECT conv('zz', 2, -10) AS v
SELECT conv('zz', 10, 10) AS v
SELECT conv('zz', 36, 16) AS v
SELECT conv('zz', 36, -10) AS v
SELECT conv('', 10, 10) AS v
SELECT conv('', 16, 16) AS v
SELECT conv('12a9', 10, 10) AS v
SELECT conv('12a9', 10, 16) AS v
SELECT conv('12a9', 16, 10) AS v
SELECT conv('12a9', 16, 16) AS v
SELECT conv('18446744073709551615',10,16) AS v
SELECT conv('18446744073709551616',10,16) AS v
SELECT conv('-1',10,16) AS v
SELECT conv('-1',10,-16) AS v
SELECT conv('1',1,10) AS v
SELECT conv('1',10,37) AS v
SELECT conv('1',37,10) AS v
SELECT conv(NULL,10,16) AS v
SELECT conv(' 11 ',10,16) AS v
SELECT conv(11,10,2) AS v
SELECT conv('11abc',10,16) AS v
SELECT conv('9223372036854775807',36,16) AS v
SELECT conv('a',16,10)
SELECT url_encode('https://spark.apache.org/a b?c=d&e=f') AS v
SELECT url_encode('漢~*-_.+%') AS v
SELECT url_decode('https%3A%2F%2Fa+b') AS v
SELECT url_decode('%') AS v
SELECT url_decode('%zz') AS v
SELECT url_decode('%4') AS v
SELECT url_decode(NULL) AS v
SELECT url_decode('%ff') AS v
SELECT url_decode('a')
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'HOST') AS v
SELECT parse_url('http://h', 'HOST') AS v
SELECT parse_url('mailto:a@b.c', 'HOST') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'PATH') AS v
SELECT parse_url('/just/path', 'PATH') AS v
SELECT parse_url('mailto:a@b.c', 'PATH') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'QUERY') AS v
SELECT parse_url('/just/path', 'QUERY') AS v
SELECT parse_url('http://h', 'QUERY') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'REF') AS v
SELECT parse_url('/just/path', 'REF') AS v
SELECT parse_url('http://h', 'REF') AS v
SELECT parse_url('mailto:a@b.c', 'REF') AS v
SELECT parse_url('/just/path', 'PROTOCOL') AS v
SELECT parse_url('http://h', 'PROTOCOL') AS v
SELECT parse_url('mailto:a@b.c', 'PROTOCOL') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'FILE') AS v
SELECT parse_url('http://h', 'FILE') AS v
SELECT parse_url('mailto:a@b.c', 'FILE') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'AUTHORITY') AS v
SELECT parse_url('/just/path', 'AUTHORITY') AS v
SELECT parse_url('mailto:a@b.c', 'AUTHORITY') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'USERINFO') AS v
SELECT parse_url('/just/path', 'USERINFO') AS v
SELECT parse_url('http://h', 'USERINFO') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag', 'host') AS v
SELECT parse_url('/just/path', 'host') AS v
SELECT parse_url('http://h', 'host') AS v
SELECT parse_url('mailto:a@b.c', 'host') AS v
SELECT parse_url('/just/path', 'NOPE') AS v
SELECT parse_url('http://h', 'NOPE') AS v
SELECT parse_url('mailto:a@b.c', 'NOPE') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag','QUERY','k') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag','QUERY','z') AS v
SELECT parse_url('http://user:pw@host.com:8080/p/a/t%20h?query=1&k=v%20x#frag','HOST','k') AS v
SELECT parse_url('not a url','HOST') AS v
SELECT parse_url('http://h/a b','PATH') AS v
SELECT parse_url(NULL,'HOST') AS v
SELECT parse_url('http://h',NULL) AS v
SELECT parse_url('http://h/?a=1','QUERY',NULL) AS v
SELECT parse_url('http://[::1]:80/x','HOST') AS v
SELECT parse_url('http://h/%zz','PATH') AS v
SELECT parse_url('http://h?a=1','QUERY','a')
SELECT parse_url('http://h') AS v
SELECT parse_url('http://h:x/','HOST') AS v
SELECT parse_url('h.com/a','HOST') AS v
SELECT parse_url('http://h?a.b=1&a=2','QUERY','a.b') AS v
SELECT sqrt(0) AS v
SELECT sqrt(1) AS v
SELECT sqrt(2.5) AS v
SELECT sqrt(-2.5D) AS v
SELECT sqrt(1.5F) AS v
SELECT sqrt(NULL) AS v
SELECT sqrt(CAST('NaN' AS DOUBLE)) AS v
SELECT sqrt(CAST('Infinity' AS DOUBLE)) AS v
SELECT sqrt(100L) AS v
SELECT sqrt(0.5D) AS v
SELECT sqrt(true) AS v
SELECT sqrt('x') AS v
SELECT sqrt() AS v
SELECT cbrt(0) AS v
SELECT cbrt(-1) AS v
SELECT cbrt(2.5) AS v
SELECT cbrt(-2.5D) AS v
SELECT cbrt(1.5F) AS v
SELECT cbrt('4') AS v
SELECT cbrt(CAST('NaN' AS DOUBLE)) AS v
SELECT cbrt(CAST('Infinity' AS DOUBLE)) AS v
SELECT cbrt(100L) AS v
SELECT cbrt(2)
SELECT cbrt(true) AS v
SELECT cbrt('x') AS v
SELECT cbrt() AS v
SELECT exp(1) AS v
SELECT exp(-1) AS v
SELECT exp(2.5) AS v
SELECT exp(-2.5D) AS v
SELECT exp(NULL) AS v
SELECT exp('4') AS v
SELECT exp(CAST('NaN' AS DOUBLE)) AS v
SELECT exp(CAST('Infinity' AS DOUBLE)) AS v
SELECT exp(0.5D) AS v
SELECT exp(2)
SELECT exp(true) AS v
SELECT exp('x') AS v
SELECT expm1(0) AS v
SELECT expm1(1) AS v
SELECT expm1(-1) AS v
SELECT expm1(2.5) AS v
SELECT expm1(1.5F) AS v
SELECT expm1(NULL) AS v
SELECT expm1('4') AS v
SELECT expm1(CAST('NaN' AS DOUBLE)) AS v
SELECT expm1(100L) AS v
SELECT expm1(0.5D) AS v
SELECT expm1(2)
SELECT expm1(true) AS v
SELECT expm1() AS v
SELECT ln(0) AS v
SELECT ln(1) AS v
SELECT ln(-1) AS v
SELECT ln(-2.5D) AS v
SELECT ln(1.5F) AS v
SELECT ln(NULL) AS v
SELECT ln('4') AS v
SELECT ln(CAST('Infinity' AS DOUBLE)) AS v
SELECT ln(100L) AS v
SELECT ln(0.5D) AS v
SELECT ln(2)
SELECT ln('x') AS v
SELECT ln() AS v
SELECT log(0) AS v
SELECT log(1) AS v
SELECT log(2.5) AS v
SELECT log(-2.5D) AS v
SELECT log(1.5F) AS v
SELECT log(NULL) AS v
SELECT log(CAST('NaN' AS DOUBLE)) AS v
SELECT log(CAST('Infinity' AS DOUBLE)) AS v
SELECT log(100L) AS v
SELECT log(0.5D) AS v
SELECT log(true) AS v
SELECT log('x') AS v
SELECT log() AS v
SELECT log2(0) AS v
SELECT log2(-1) AS v
SELECT log2(2.5) AS v
SELECT log2(-2.5D) AS v
SELECT log2(1.5F) AS v
SELECT log2('4') AS v
SELECT log2(CAST('NaN' AS DOUBLE)) AS v
SELECT log2(CAST('Infinity' AS DOUBLE)) AS v
SELECT log2(100L) AS v
SELECT log2(2)
SELECT log2(true) AS v
SELECT log2('x') AS v
SELECT log2() AS v
SELECT log10(1) AS v
SELECT log10(-1) AS v
SELECT log10(2.5) AS v
SELECT log10(-2.5D) AS v
SELECT log10(NULL) AS v
SELECT log10('4') AS v
SELECT log10(CAST('NaN' AS DOUBLE)) AS v
SELECT log10(CAST('Infinity' AS DOUBLE)) AS v
SELECT log10(0.5D) AS v
SELECT log10(2)
SELECT log10(true) AS v
SELECT log10('x') AS v
SELECT log1p(0) AS v
SELECT log1p(1) AS v
SELECT log1p(-1) AS v
SELECT log1p(2.5) AS v
SELECT log1p(1.5F) AS v
SELECT log1p(NULL) AS v
SELECT log1p('4') AS v
SELECT log1p(CAST('NaN' AS DOUBLE)) AS v
SELECT log1p(100L) AS v
SELECT log1p(0.5D) AS v
SELECT log1p(2)
SELECT log1p(true) AS v
SELECT log1p() AS v
SELECT sin(0) AS v
SELECT sin(1) AS v
SELECT sin(-1) AS v
SELECT sin(-2.5D) AS v
SELECT sin(1.5F) AS v
SELECT sin(NULL) AS v
SELECT sin('4') AS v
SELECT sin(CAST('Infinity' AS DOUBLE)) AS v
SELECT sin(100L) AS v
SELECT sin(0.5D) AS v
SELECT sin(2)
SELECT sin('x') AS v
SELECT sin() AS v
SELECT cos(0) AS v
SELECT cos(1) AS v
SELECT cos(2.5) AS v
SELECT cos(-2.5D) AS v
SELECT cos(1.5F) AS v
SELECT cos(NULL) AS v
SELECT cos(CAST('NaN' AS DOUBLE)) AS v
SELECT cos(CAST('Infinity' AS DOUBLE)) AS v
SELECT cos(100L) AS v
SELECT cos(0.5D) AS v
SELECT cos(true) AS v
SELECT cos('x') AS v
SELECT tan(0) AS v
SELECT tan(-1) AS v
SELECT tan(2.5) AS v
SELECT tan(1.5F) AS v
SELECT tan('4') AS v
SELECT tan(CAST('NaN' AS DOUBLE)) AS v
SELECT tan(100L) AS v
SELECT tan(2)
SELECT tan(true) AS v
SELECT tan() AS v
SELECT asin(1) AS v
SELECT asin(-1) AS v
SELECT asin(-2.5D) AS v
SELECT asin(NULL) AS v
SELECT asin('4') AS v
SELECT asin(CAST('Infinity' AS DOUBLE)) AS v
SELECT asin(0.5D) AS v
SELECT asin(2)
SELECT asin('x') AS v
SELECT acos(0) AS v
SELECT acos(1) AS v
SELECT acos(2.5) AS v
SELECT acos(1.5F) AS v
SELECT acos(NULL) AS v
SELECT acos(CAST('NaN' AS DOUBLE)) AS v
SELECT acos(100L) AS v
SELECT acos(0.5D) AS v
SELECT acos(true) AS v
SELECT acos() AS v
SELECT atan(0) AS v
SELECT atan(-1) AS v
SELECT atan(-2.5D) AS v
SELECT atan(1.5F) AS v
SELECT atan('4') AS v
SELECT atan(CAST('Infinity' AS DOUBLE)) AS v
SELECT atan(100L) AS v
SELECT atan(2)
SELECT atan('x') AS v
SELECT atan() AS v
SELECT sinh(1) AS v
SELECT sinh(2.5) AS v
SELECT sinh(-2.5D) AS v
SELECT sinh(NULL) AS v
SELECT sinh(CAST('NaN' AS DOUBLE)) AS v
SELECT sinh(CAST('Infinity' AS DOUBLE)) AS v
SELECT sinh(0.5D) AS v
SELECT sinh(true) AS v
SELECT sinh('x') AS v
SELECT cosh(0) AS v
SELECT cosh(-1) AS v
SELECT cosh(2.5) AS v
SELECT cosh(1.5F) AS v
SELECT cosh('4') AS v
SELECT cosh(CAST('NaN' AS DOUBLE)) AS v
SELECT cosh(100L) AS v
SELECT cosh(2)
SELECT cosh(true) AS v
SELECT cosh() AS v
SELECT tanh(1) AS v
SELECT tanh(-1) AS v
SELECT tanh(-2.5D) AS v
SELECT tanh(NULL) AS v
SELECT tanh('4') AS v
SELECT tanh(CAST('Infinity' AS DOUBLE)) AS v
SELECT tanh(0.5D) AS v
SELECT tanh(2)
SELECT tanh('x') AS v
SELECT asinh(0) AS v
SELECT asinh(1) AS v
SELECT asinh(2.5) AS v
SELECT asinh(1.5F) AS v
SELECT asinh(NULL) AS v
SELECT asinh(CAST('NaN' AS DOUBLE)) AS v
SELECT asinh(100L) AS v
SELECT asinh(0.5D) AS v
SELECT asinh(true) AS v
SELECT asinh() AS v
SELECT acosh(0) AS v
SELECT acosh(-1) AS v
SELECT acosh(-2.5D) AS v
SELECT acosh(1.5F) AS v
SELECT acosh('4') AS v
SELECT acosh(CAST('Infinity' AS DOUBLE)) AS v
SELECT acosh(100L) AS v
SELECT acosh(2)
SELECT acosh('x') AS v
SELECT acosh() AS v
SELECT atanh(1) AS v
SELECT atanh(2.5) AS v
SELECT atanh(-2.5D) AS v
SELECT atanh(NULL) AS v
SELECT atanh(CAST('NaN' AS DOUBLE)) AS v
SELECT atanh(CAST('Infinity' AS DOUBLE)) AS v
SELECT atanh(0.5D) AS v
SELECT atanh(true) AS v
SELECT atanh('x') AS v
SELECT cot(0) AS v
SELECT cot(-1) AS v
SELECT cot(2.5) AS v
SELECT cot(1.5F) AS v
SELECT cot('4') AS v
SELECT cot(CAST('NaN' AS DOUBLE)) AS v
SELECT cot(100L) AS v
SELECT cot(2)
SELECT cot(true) AS v
SELECT cot() AS v
SELECT sec(1) AS v
SELECT sec(-1) AS v
SELECT sec(-2.5D) AS v
SELECT sec(NULL) AS v
SELECT sec('4') AS v
SELECT sec(CAST('Infinity' AS DOUBLE)) AS v
SELECT sec(0.5D) AS v
SELECT sec(2)
SELECT sec('x') AS v
SELECT csc(0) AS v
SELECT csc(1) AS v
SELECT csc(2.5) AS v
SELECT csc(1.5F) AS v
SELECT csc(NULL) AS v
SELECT csc(CAST('NaN' AS DOUBLE)) AS v
SELECT csc(100L) AS v
SELECT csc(0.5D) AS v
SELECT csc(true) AS v
SELECT csc() AS v
SELECT degrees(0) AS v
SELECT degrees(-1) AS v
SELECT degrees(-2.5D) AS v
SELECT degrees(1.5F) AS v
SELECT degrees('4') AS v
SELECT degrees(CAST('Infinity' AS DOUBLE)) AS v
SELECT degrees(100L) AS v
SELECT degrees(2)
SELECT degrees('x') AS v
SELECT degrees() AS v
SELECT radians(1) AS v
SELECT radians(2.5) AS v
SELECT radians(-2.5D) AS v
SELECT radians(NULL) AS v
SELECT radians(CAST('NaN' AS DOUBLE)) AS v
SELECT radians(CAST('Infinity' AS DOUBLE)) AS v
SELECT radians(0.5D) AS v
SELECT radians(true) AS v
SELECT radians('x') AS v
SELECT rint(0) AS v
SELECT rint(-1) AS v
SELECT rint(2.5) AS v
SELECT rint(1.5F) AS v
SELECT rint('4') AS v
SELECT rint(CAST('NaN' AS DOUBLE)) AS v
SELECT rint(100L) AS v
SELECT rint(2)
SELECT rint(true) AS v
SELECT rint() AS v
SELECT sign(1) AS v
SELECT sign(-1) AS v
SELECT sign(-2.5D) AS v
SELECT sign(NULL) AS v
SELECT sign('4') AS v
SELECT sign(CAST('Infinity' AS DOUBLE)) AS v
SELECT sign(0.5D) AS v
SELECT sign(2)
SELECT sign('x') AS v
SELECT signum(0) AS v
SELECT signum(1) AS v
SELECT signum(2.5) AS v
SELECT signum(1.5F) AS v
SELECT signum(NULL) AS v
SELECT signum(CAST('NaN' AS DOUBLE)) AS v
SELECT signum(100L) AS v
SELECT signum(0.5D) AS v
SELECT signum(true) AS v
SELECT signum() AS v
SELECT abs(-1) AS v
SELECT abs(CAST(-128 AS TINYINT)) AS v
SELECT abs(CAST(-9223372036854775808 AS BIGINT)) AS v
SELECT abs(-1.50) AS v
SELECT abs(-1.5D) AS v
SELECT abs('-2') AS v
SELECT abs(true) AS v
SELECT abs(-0.0D) AS v
SELECT abs('a') AS v
SELECT negative(1.50) AS v
SELECT negative(1.5F) AS v
SELECT negative('2') AS v
SELECT negative(true) AS v
SELECT negative(0.0D) AS v
SELECT positive(1.50) AS v
SELECT positive('2') AS v
SELECT negative(1)
SELECT abs(1)
SELECT pi()
SELECT sign(1)
SELECT power(0, 3) AS v
SELECT power(0, -1) AS v
SELECT power(-1.5D, CAST('Infinity' AS DOUBLE)) AS v
SELECT power(NULL, NULL) AS v
SELECT power(NULL, CAST('Infinity' AS DOUBLE)) AS v
SELECT power(CAST('NaN' AS DOUBLE), -1) AS v
SELECT power(10, 308) AS v
SELECT pow(2,3)
SELECT power(2) AS v
SELECT power(-1, CAST('Infinity' AS DOUBLE)) AS v
SELECT log(2, 8) AS v
SELECT log(2, 1000) AS v
SELECT log(10, 0) AS v
SELECT log(10, 1000) AS v
SELECT log(0, 0) AS v
SELECT log(-1, 0) AS v
SELECT log(-1, -1) AS v
SELECT log(1, 1000) AS v
SELECT log(NULL, 0) AS v
SELECT log(NULL, -1) AS v
SELECT log(2,8)
SELECT ln(8)
SELECT atan2(0, 0) AS v
SELECT atan2(0, -1) AS v
SELECT atan2(-0.0D, -0.0D) AS v
SELECT atan2(-0.0D, -1) AS v
SELECT atan2(1, -0.0D) AS v
SELECT atan2(NULL, 0) AS v
SELECT atan2(NULL, -0.0D) AS v
SELECT hypot(3, 4) AS v
SELECT hypot(CAST('NaN' AS DOUBLE), 4) AS v
SELECT hypot(CAST('NaN' AS DOUBLE), CAST('Infinity' AS DOUBLE)) AS v
SELECT atan2(1,2)
SELECT factorial(5) AS v
SELECT factorial(20) AS v
SELECT factorial(-1) AS v
SELECT factorial('5') AS v
SELECT factorial(5L) AS v
SELECT pmod(7, 2.5) AS v
SELECT pmod(-7, NULL) AS v
SELECT pmod(-7L, 0) AS v
SELECT pmod(-7.5, 3) AS v
SELECT pmod(-7.5, NULL) AS v
SELECT pmod(-7.5D, 3) AS v
SELECT pmod(-7.5D, 2.5) AS v
SELECT pmod(NULL, 3) AS v
SELECT pmod(NULL, -3) AS v
SELECT pmod('-7', 3) AS v
SELECT pmod('-7', 0) AS v
SELECT pmod('-7', 2.5) AS v
SELECT mod(7, 3) AS v
SELECT mod(7, -2.5D) AS v
SELECT mod(-7, 3) AS v
SELECT mod(-7, -2.5D) AS v
SELECT mod(7.5, 0) AS v
SELECT mod(7.5, -2.5D) AS v
SELECT mod(NULL, 0) AS v
SELECT mod(7,3)
SELECT 7 mod 3 AS v
SELECT shiftleft(1, 1) AS v
SELECT shiftleft(1, -1) AS v
SELECT shiftleft(1, 65) AS v
SELECT shiftleft(-8, 65) AS v
SELECT shiftleft(9223372036854775807, 65) AS v
SELECT shiftleft(9223372036854775807, NULL) AS v
SELECT shiftleft(2147483647, 65) AS v
SELECT shiftleft(NULL, 1) AS v
SELECT shiftleft(NULL, 33) AS v
SELECT shiftleft(NULL, NULL) AS v
SELECT shiftleft(5Y, NULL) AS v
SELECT shiftleft(1,1)
SELECT shiftleft(1.5,1) AS v
SELECT shiftright(1, 33) AS v
SELECT shiftright(1, 65) AS v
SELECT shiftright(-8, -1) AS v
SELECT shiftright(9223372036854775807, 33) AS v
SELECT shiftright(9223372036854775807, -1) AS v
SELECT shiftright(2147483647, 33) AS v
SELECT shiftright(2147483647, NULL) AS v
SELECT shiftright(NULL, 1) AS v
SELECT shiftright(NULL, 65) AS v
SELECT shiftright(1,1)
SELECT shiftright('4',1) AS v
SELECT shiftrightunsigned(1, 1) AS v
SELECT shiftrightunsigned(1, 65) AS v
SELECT shiftrightunsigned(1, NULL) AS v
SELECT shiftrightunsigned(-8, 33) AS v
SELECT shiftrightunsigned(9223372036854775807, 33) AS v
SELECT shiftrightunsigned(9223372036854775807, -1) AS v
SELECT shiftrightunsigned(9223372036854775807, NULL) AS v
SELECT shiftrightunsigned(2147483647, 33) AS v
SELECT shiftrightunsigned(2147483647, NULL) AS v
SELECT shiftrightunsigned(NULL, NULL) AS v
SELECT shiftrightunsigned(5Y, 33) AS v
SELECT shiftrightunsigned(5Y, -1) AS v
SELECT shiftrightunsigned(1,1)
SELECT shiftrightunsigned(1.5,1) AS v
SELECT bit_count(7) AS v
SELECT bit_count(-1L) AS v
SELECT bit_count(true) AS v
SELECT bit_count(false) AS v
SELECT bit_count('7') AS v
SELECT bit_count(1.5) AS v
SELECT bit_get(11, 2) AS v
SELECT bit_get(11L, 8) AS v
SELECT bit_get(11L, 32) AS v
SELECT bit_get(11Y, 0) AS v
SELECT bit_get(-1, 2) AS v
SELECT bit_get(-1, 7) AS v
SELECT bit_get(NULL, 8) AS v
SELECT bit_get(NULL, 31) AS v
SELECT bit_get(NULL, -1) AS v
SELECT bit_get(11,0)
SELECT getbit(11L, 0) AS v
SELECT getbit(11L, 63) AS v
SELECT getbit(11Y, 7) AS v
SELECT getbit(NULL, 0) AS v
SELECT getbit(11,0)
SELECT width_bucket(5.3, 0.2, 10.6, 5) AS v
SELECT width_bucket(5.3, 0.2, 0.2, 5) AS v
SELECT width_bucket(5.3, 0.2, 0.2, -1) AS v
SELECT width_bucket(-1, 0.2, 10.6, 0) AS v
SELECT width_bucket(10.6, 0.2, 10.6, 0) AS v
SELECT width_bucket(10.6, 0.2, 0.2, 5) AS v
SELECT width_bucket(NULL, 0.2, 10.6, 0) AS v
SELECT width_bucket(-2.1, 1.3, 3.4, 3) AS v
SELECT width_bucket(-0.9, 5.2, 0.5, 2) AS v
SELECT width_bucket(1,2,3) AS v
SELECT round(-2.5) AS v
SELECT round(NULL) AS v
SELECT round('2.5') AS v
SELECT round(0.05D) AS v
SELECT round(12345678901234567890123456789012345678) AS v
SELECT round(true) AS v
SELECT round(2.345, -1) AS v
SELECT round(2.345D, 3) AS v
SELECT round(2.345D, 10) AS v
SELECT round(127Y, -3) AS v
SELECT round(1.005F, -3) AS v
SELECT round(1.005F, 10) AS v
SELECT round(25.5, 10) AS v
SELECT round(2147483647,-1) AS v
SELECT round(2.5,1+1) AS v
SELECT round(2.5,'1') AS v
SELECT round(2.5)
SELECT round() AS v
SELECT round(9223372036854775807, -1) AS v
SELECT round(1.5D, -400) AS v
SELECT round(CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0)), -2) AS v
SELECT round(5.0E-324D, 2) AS v
SELECT round(123456.789D, -3) AS v
SELECT bround(-2.5) AS v
SELECT bround(-0.4D) AS v
SELECT bround('2.5') AS v
SELECT bround(CAST(99999.9 AS DECIMAL(6,1))) AS v
SELECT bround(-0.5D) AS v
SELECT bround(2.345, 1) AS v
SELECT bround(-2.345, 0) AS v
SELECT bround(2.675D, 3) AS v
SELECT bround(125L, -3) AS v
SELECT bround(125L, 10) AS v
SELECT bround(127Y, NULL) AS v
SELECT bround(99.99, 10) AS v
SELECT bround(25.5, -3) AS v
SELECT bround(CAST(0.5 AS DECIMAL(1,1)), 10) AS v
SELECT bround(2.5,1+1) AS v
SELECT bround(2.5,id) AS v FROM s
SELECT bround(2.5,1)
SELECT bround() AS v
SELECT bround(1,2,3) AS v
SELECT bround(1.5D, 400) AS v
SELECT bround(CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0)), -2) AS v
SELECT bround(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)), -2) AS v
SELECT bround(1.0E308D, 2) AS v
SELECT ceil(2.5) AS v
SELECT ceil(2.5D) AS v
SELECT ceil('2.5') AS v
SELECT ceil(CAST('Infinity' AS DOUBLE)) AS v
SELECT ceil(1e30) AS v
SELECT ceil(99.99) AS v
SELECT ceil(CAST(9 AS DECIMAL(5,0))) AS v
SELECT ceil(true) AS v
SELECT ceil(3.1411, -1) AS v
SELECT ceil(3345.1, 3) AS v
SELECT ceil(3345.1, NULL) AS v
SELECT ceil(7, 3) AS v
SELECT ceil(2.5D, 0) AS v
SELECT ceil(2.5D, 3) AS v
SELECT ceil(1.5F, NULL) AS v
SELECT ceil(2.5,1)
SELECT ceil(2.5,id) AS v FROM s
SELECT ceil('2.55',1) AS v
SELECT ceiling(-2.5) AS v
SELECT ceiling(2.5D) AS v
SELECT ceiling(NULL) AS v
SELECT ceiling(CAST('Infinity' AS DOUBLE)) AS v
SELECT ceiling(1e30) AS v
SELECT ceiling(8L) AS v
SELECT ceiling(CAST(9 AS DECIMAL(5,0))) AS v
SELECT ceiling(true) AS v
SELECT ceiling(3.1411, 1) AS v
SELECT ceiling(3.1411, NULL) AS v
SELECT ceiling(-12.345, 0) AS v
SELECT ceiling(-12.345, 3) AS v
SELECT ceiling(-12.345, -3) AS v
SELECT ceiling(3345.1, 0) AS v
SELECT ceiling(3345.1, NULL) AS v
SELECT ceiling(7, -3) AS v
SELECT ceiling(7, NULL) AS v
SELECT ceiling(1.5F, 1) AS v
SELECT ceiling(1.5F, -3) AS v
SELECT ceiling(1.5F, NULL) AS v
SELECT ceiling(NULL, -1) AS v
SELECT ceiling(2.5)
SELECT ceiling(2.5,1)
SELECT ceiling() AS v
SELECT floor(2.5) AS v
SELECT floor(2.5D) AS v
SELECT floor(7) AS v
SELECT floor(CAST('NaN' AS DOUBLE)) AS v
SELECT floor(CAST('Infinity' AS DOUBLE)) AS v
SELECT floor(8L) AS v
SELECT floor(CAST(99999999999999999999999999999999.999999 AS DECIMAL(38,6))) AS v
SELECT floor(3.1411, 1) AS v
SELECT floor(-12.345, 0) AS v
SELECT floor(-12.345, -3) AS v
SELECT floor(3345.1, 0) AS v
SELECT floor(3345.1, 3) AS v
SELECT floor(7, 1) AS v
SELECT floor(2.5D, 3) AS v
SELECT floor(1.5F, NULL) AS v
SELECT floor(NULL, 3) AS v
SELECT floor(NULL, -1) AS v
SELECT floor(2.5,1)
SELECT floor() AS v
SELECT floor('2.55',1) AS v
SELECT greatest(1,2,NULL) AS v
SELECT greatest('a','b','B') AS v
SELECT greatest(1,'2') AS v
SELECT greatest() AS v
SELECT greatest(DATE'2024-01-01',TIMESTAMP'2024-01-01 01:00:00') AS v
SELECT greatest(array(1,2),array(1,3)) AS v
SELECT greatest(true,false) AS v
SELECT greatest(1,2)
SELECT greatest(1Y,300S) AS v
SELECT greatest(named_struct('a',1),named_struct('a',2)) AS v
SELECT greatest('1','a',2) AS v
SELECT greatest(-0.0D,0.0D) AS v
SELECT least(1,2,NULL) AS v
SELECT least('a','b','B') AS v
SELECT least(1,'2') AS v
SELECT least() AS v
SELECT least(DATE'2024-01-01',TIMESTAMP'2024-01-01 01:00:00') AS v
SELECT least(array(1,2),array(1,3)) AS v
SELECT least(true,false) AS v
SELECT least(1,2)
SELECT least(1Y,300S) AS v
SELECT least(named_struct('a',1),named_struct('a',2)) AS v
SELECT least('1','a',2) AS v
SELECT least(-0.0D,0.0D) AS v
SELECT nvl(1,2.5) AS v
SELECT nvl('a',1) AS v
SELECT nvl(1,2)
SELECT nvl(NULL,'x') AS v
SELECT nvl(DATE'2024-01-01',1) AS v
SELECT nvl(1,2,3) AS v
SELECT ifnull(1,2.5) AS v
SELECT ifnull(NULL,NULL) AS v
SELECT ifnull(1,2)
SELECT ifnull(1) AS v
SELECT ifnull(DATE'2024-01-01',1) AS v
SELECT ifnull(1,2,3) AS v
SELECT nvl2(1,2,3) AS v
SELECT nvl2(1,2) AS v
SELECT nvl2(NULL,2.5,3) AS v
SELECT nullif(1,NULL) AS v
SELECT nullif('a','a') AS v
SELECT nullif(1,1.0) AS v
SELECT nullif(1,2)
SELECT nullif(array(1),array(1)) AS v
SELECT isnull(1) AS v
SELECT isnull(1)
SELECT if(true,1,2) AS v
SELECT if(NULL,1,2) AS v
SELECT if(true,1,2.5) AS v
SELECT if(true,1,2)
SELECT if(true,1) AS v
SELECT isnan(CAST('NaN' AS DOUBLE)) AS v
SELECT isnan(CAST('NaN' AS FLOAT)) AS v
SELECT isnan('NaN') AS v
SELECT isnan(true) AS v
SELECT nanvl(1.5D, 2) AS v
SELECT nanvl(CAST('NaN' AS FLOAT), '3') AS v
SELECT nanvl(1, 2.5F) AS v
SELECT nanvl(1, '3') AS v
SELECT isnan(1)
SELECT assert_true(true) AS v
SELECT assert_true(true)
SELECT assert_true(true,'x')
SELECT coalesce(1,1/0) AS v
SELECT coalesce(1,2.5,NULL) AS v
SELECT coalesce('a',1) AS v
SELECT coalesce(1,array(1)) AS v
SELECT format_number(1234567.891, 4) AS v
SELECT format_number(12332.123456D, 4) AS v
SELECT format_number(NULL, 4) AS v
SELECT format_number(2.5, 0) AS v
SELECT format_number(1e20, 2) AS v
SELECT format_number(1e20, -1) AS v
SELECT format_number(CAST('NaN' AS DOUBLE), NULL) AS v
SELECT format_number(CAST('Infinity' AS DOUBLE), 4) AS v
SELECT format_number(-1234.565D, 0) AS v
SELECT format_number(9223372036854775807, 0) AS v
SELECT format_number(9223372036854775807, NULL) AS v
SELECT format_number(12332.123456, '#,##0.00') AS v
SELECT format_number(1234567,'') AS v
SELECT format_number(0.5,'#.##') AS v
SELECT format_number('12.5',1) AS v
SELECT format_number(1.5,2)
SELECT format_number(1.5) AS v
SELECT format_string('%d', 42) AS v
SELECT format_string('%-5d|', 42) AS v
SELECT format_string('%05d', -42) AS v
SELECT format_string('%+d', 5) AS v
SELECT format_string('%x', 255) AS v
SELECT format_string('%X', 255) AS v
SELECT format_string('%x', -1) AS v
SELECT format_string('%S', 'a') AS v
SELECT format_string('%10s|', 'a') AS v
SELECT format_string('%.2s', 'abc') AS v
SELECT format_string('%.2f', 1.555D) AS v
SELECT format_string('%8.2f|', -1.5D) AS v
SELECT format_string('%e', 12345.678D) AS v
SELECT format_string('%g', 0.5D) AS v
SELECT format_string('%c', 65) AS v
SELECT format_string('%b', true) AS v
SELECT format_string('%s', NULL) AS v
SELECT format_string('%d', NULL) AS v
SELECT format_string('%s', 1.5D) AS v
SELECT format_string('%s', DATE'2024-02-29') AS v
SELECT format_string('%s', TIMESTAMP'2024-02-29 01:02:03') AS v
SELECT format_string('%s', true) AS v
SELECT format_string('%d', 5Y) AS v
SELECT format_string('%f', CAST('NaN' AS DOUBLE)) AS v
SELECT format_string('%.0f', 2.5D) AS v
SELECT format_string('%.1f', 0.25D) AS v
SELECT format_string('%f', 1e20) AS v
SELECT format_string('%%', 1) AS v
SELECT format_string('%n', 1) AS v
SELECT format_string('', 1) AS v
SELECT format_string('a', 1) AS v
SELECT format_string('%03d', 7S) AS v
SELECT format_string('%#x', 255) AS v
SELECT format_string('%08.3f', 3.14159D) AS v
SELECT format_string('%x', 255L) AS v
SELECT format_string('%x', -1Y) AS v
SELECT format_string('%s', 1.5F) AS v
SELECT format_string('%-5s|%5s', 'x','y') AS v
SELECT format_string('%2$s %1$s', 'a','b') AS v
SELECT format_string('%d',1)
SELECT format_string() AS v
SELECT printf('Hello World %d %s', 100, 'days') AS v
SELECT printf() AS v
SELECT to_char(454.00, '000.00') AS v
SELECT to_char(454, '000D00') AS v
SELECT to_char(78.12, '$99.99') AS v
SELECT to_char(-12454.8, 'S99G999D9') AS v
SELECT to_char(12454.8, 'MI99G999D9') AS v
SELECT to_char(-5, '9PR') AS v
SELECT to_char(1234, '999') AS v
SELECT to_char(0, '9') AS v
SELECT to_char(NULL, '9') AS v
SELECT to_char(1.55, '9.9') AS v
SELECT to_char(1234, '9,999') AS v
SELECT to_char(12, '0,000') AS v
SELECT to_char(0.5, '9.99') AS v
SELECT to_char(0.5, '.99') AS v
SELECT to_char(1, 'x') AS v
SELECT to_char('12', '99') AS v
SELECT to_char(12345678901234567890, '99999999999999999999') AS v
SELECT to_char(100000.5, '$999,999.9') AS v
SELECT to_char(3, 'S9') AS v
SELECT to_char(3, '9S') AS v
SELECT to_char(-3, 'MI$9') AS v
SELECT to_char(5, '99.') AS v
SELECT to_char(5, '9D') AS v
SELECT to_varchar(454.00, '000.00') AS v
SELECT to_varchar(12454, '99G999') AS v
SELECT to_varchar(78.12, '$99.99') AS v
SELECT to_varchar(-12454.8, 'S99G999D9') AS v
SELECT to_varchar(-5, '9MI') AS v
SELECT to_varchar(-5, '9PR') AS v
SELECT to_varchar(1234, '999') AS v
SELECT to_varchar(0, '000') AS v
SELECT to_varchar(NULL, '9') AS v
SELECT to_varchar(1.55, '9.9') AS v
SELECT to_varchar(12, '9,999') AS v
SELECT to_varchar(12, '0,000') AS v
SELECT to_varchar(0.5, '9.99') AS v
SELECT to_varchar(7, '$9') AS v
SELECT to_varchar(1, 'x') AS v
SELECT to_varchar('12', '99') AS v
SELECT to_varchar(1.5F, '9.9') AS v
SELECT to_varchar(100000.5, '$999,999.9') AS v
SELECT to_varchar(3, 'S9') AS v
SELECT to_varchar(-3, 'S$9') AS v
SELECT to_varchar(-3, 'MI$9') AS v
SELECT to_varchar(5, '99.') AS v
SELECT to_char(454,'999')
SELECT to_varchar(454,'999')
SELECT to_char(X'6162','hex') AS v
SELECT to_number('454', '999') AS v
SELECT to_number('454.00', '000.00') AS v
SELECT to_number('$78.12', '$99.99') AS v
SELECT to_number('-12,454.8', 'S99,999.9') AS v
SELECT to_number('<5>', '9PR') AS v
SELECT to_number('1234', '999') AS v
SELECT to_number('12', '000') AS v
SELECT to_number('a', '9') AS v
SELECT to_number(NULL, '9') AS v
SELECT to_number('1.5', '9D9') AS v
SELECT to_number('5', 'x') AS v
SELECT to_number('5', '$9') AS v
SELECT to_number('12', '9,999') AS v
SELECT to_number('.5', '.9') AS v
SELECT to_number('+5', 'S9') AS v
SELECT to_number('-5', 'MI9') AS v
SELECT to_number(123, '999') AS v
SELECT to_number('1', '') AS v
SELECT try_to_number('454', '999') AS v
SELECT try_to_number('454.00', '000.00') AS v
SELECT try_to_number('$78.12', '$99.99') AS v
SELECT try_to_number('-12,454.8', 'S99,999.9') AS v
SELECT try_to_number('<5>', '9PR') AS v
SELECT try_to_number('1234', '999') AS v
SELECT try_to_number('12', '000') AS v
SELECT try_to_number('a', '9') AS v
SELECT try_to_number(NULL, '9') AS v
SELECT try_to_number('1.5', '9D9') AS v
SELECT try_to_number('5', 'x') AS v
SELECT try_to_number('5', '$9') AS v
SELECT try_to_number('12', '9,999') AS v
SELECT try_to_number('.5', '.9') AS v
SELECT try_to_number('+5', 'S9') AS v
SELECT try_to_number('-5', 'MI9') AS v
SELECT try_to_number(123, '999') AS v
SELECT try_to_number('1', '') AS v
SELECT to_number('1', g) AS v FROM s
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b[2].c') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b[*]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.d') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.d.f') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.g') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', 'a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b[2]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$[\'a\']') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$[\'h k\']') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b[*].c') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$..a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q\\\\"z","h k":true}', '$.b[-1]') AS v
SELECT get_json_object('[1,[2,3],{"a":[4]}]', '$') AS v
SELECT get_json_object('[1,[2,3],{"a":[4]}]', '$.a') AS v
SELECT get_json_object('[1,[2,3],{"a":[4]}]', '$[*]') AS v
SELECT get_json_object('[1,[2,3],{"a":[4]}]', '$[1][0]') AS v
SELECT json_array_length('[1,[2,3],{"a":[4]}]') AS v
SELECT schema_of_json('[1,[2,3],{"a":[4]}]') AS v
SELECT from_json('[1,[2,3],{"a":[4]}]', 'a STRING') AS v
SELECT from_json('[1,[2,3],{"a":[4]}]', 'array<int>') AS v
SELECT get_json_object('[{"a":1},{"a":2}]', '$') AS v
SELECT get_json_object('[{"a":1},{"a":2}]', '$[0]') AS v
SELECT get_json_object('[{"a":1},{"a":2}]', '$[*]') AS v
SELECT get_json_object('[{"a":1},{"a":2}]', '$[1][0]') AS v
SELECT json_object_keys('[{"a":1},{"a":2}]') AS v
SELECT schema_of_json('[{"a":1},{"a":2}]') AS v
SELECT from_json('[{"a":1},{"a":2}]', 'a STRING') AS v
SELECT from_json('[{"a":1},{"a":2}]', 'map<string,string>') AS v
SELECT get_json_object('[{"a":1}]', '$') AS v
SELECT get_json_object('[{"a":1}]', '$[0]') AS v
SELECT get_json_object('[{"a":1}]', '$[*].a') AS v
SELECT get_json_object('[{"a":1}]', '$[1][0]') AS v
SELECT json_object_keys('[{"a":1}]') AS v
SELECT from_json('[{"a":1}]', 'a INT') AS v
SELECT from_json('[{"a":1}]', 'a STRING') AS v
SELECT from_json('[{"a":1}]', 'map<string,string>') AS v
SELECT get_json_object('1', '$.a') AS v
SELECT get_json_object('1', '$[0]') AS v
SELECT get_json_object('1', '$[*].a') AS v
SELECT json_array_length('1') AS v
SELECT json_object_keys('1') AS v
SELECT from_json('1', 'a INT') AS v
SELECT from_json('1', 'array<int>') AS v
SELECT from_json('1', 'map<string,string>') AS v
SELECT get_json_object('"x"', '$.a') AS v
SELECT get_json_object('"x"', '$[*]') AS v
SELECT get_json_object('"x"', '$[*].a') AS v
SELECT json_array_length('"x"') AS v
SELECT schema_of_json('"x"') AS v
SELECT from_json('"x"', 'a INT') AS v
SELECT from_json('"x"', 'array<int>') AS v
SELECT get_json_object('null', '$') AS v
SELECT get_json_object('null', '$.a') AS v
SELECT get_json_object('null', '$[*]') AS v
SELECT get_json_object('null', '$[1][0]') AS v
SELECT json_array_length('null') AS v
SELECT schema_of_json('null') AS v
SELECT from_json('null', 'a STRING') AS v
SELECT from_json('null', 'array<int>') AS v
SELECT get_json_object('', '$') AS v
SELECT get_json_object('', '$[0]') AS v
SELECT get_json_object('', '$[*]') AS v
SELECT get_json_object('', '$[1][0]') AS v
SELECT json_object_keys('') AS v
SELECT schema_of_json('') AS v
SELECT from_json('', 'a STRING') AS v
SELECT from_json('', 'map<string,string>') AS v
SELECT get_json_object('{bad', '$') AS v
SELECT get_json_object('{bad', '$[0]') AS v
SELECT get_json_object('{bad', '$[*].a') AS v
SELECT get_json_object('{bad', '$[1][0]') AS v
SELECT json_object_keys('{bad') AS v
SELECT from_json('{bad', 'a INT') AS v
SELECT from_json('{bad', 'a STRING') AS v
SELECT from_json('{bad', 'map<string,string>') AS v
SELECT get_json_object('{"a":1} x', '$.a') AS v
SELECT get_json_object('{"a":1} x', '$[0]') AS v
SELECT get_json_object('{"a":1} x', '$[*].a') AS v
SELECT json_array_length('{"a":1} x') AS v
SELECT json_object_keys('{"a":1} x') AS v
SELECT from_json('{"a":1} x', 'a INT') AS v
SELECT from_json('{"a":1} x', 'array<int>') AS v
SELECT from_json('{"a":1} x', 'map<string,string>') AS v
SELECT get_json_object('{\'a\':1}', '$.a') AS v
SELECT get_json_object('{\'a\':1}', '$[*]') AS v
SELECT get_json_object('{\'a\':1}', '$[*].a') AS v
SELECT json_array_length('{\'a\':1}') AS v
SELECT schema_of_json('{\'a\':1}') AS v
SELECT from_json('{\'a\':1}', 'a INT') AS v
SELECT from_json('{\'a\':1}', 'array<int>') AS v
SELECT get_json_object('{"a":1e5}', '$') AS v
SELECT get_json_object('{"a":1e5}', '$.a') AS v
SELECT get_json_object('{"a":1e5}', '$[*]') AS v
SELECT get_json_object('{"a":1e5}', '$[1][0]') AS v
SELECT json_array_length('{"a":1e5}') AS v
SELECT schema_of_json('{"a":1e5}') AS v
SELECT from_json('{"a":1e5}', 'a STRING') AS v
SELECT from_json('{"a":1e5}', 'array<int>') AS v
SELECT get_json_object('{"a":100000000000000000000}', '$') AS v
SELECT get_json_object('{"a":100000000000000000000}', '$[0]') AS v
SELECT get_json_object('{"a":100000000000000000000}', '$[*]') AS v
SELECT get_json_object('{"a":100000000000000000000}', '$[1][0]') AS v
SELECT json_object_keys('{"a":100000000000000000000}') AS v
SELECT schema_of_json('{"a":100000000000000000000}') AS v
SELECT from_json('{"a":100000000000000000000}', 'a STRING') AS v
SELECT from_json('{"a":100000000000000000000}', 'map<string,string>') AS v
SELECT get_json_object('{"a":"\\u0041\\n"}', '$') AS v
SELECT get_json_object('{"a":"\\u0041\\n"}', '$[0]') AS v
SELECT get_json_object('{"a":"\\u0041\\n"}', '$[*].a') AS v
SELECT get_json_object('{"a":"\\u0041\\n"}', '$[1][0]') AS v
SELECT json_object_keys('{"a":"\\u0041\\n"}') AS v
SELECT get_json_object('{"a":{"b":"\\n"}}', '$.a') AS v
SELECT get_json_object('{"a":{"b":"\\n"}}', '$[0]') AS v
SELECT get_json_object('{"a":{"b":"\\n"}}', '$[*].a') AS v
SELECT json_array_length('{"a":{"b":"\\n"}}') AS v
SELECT json_object_keys('{"a":{"b":"\\n"}}') AS v
SELECT get_json_object('{"a":1,"a":2}', '$.a') AS v
SELECT get_json_object('{"a":1,"a":2}', '$[*]') AS v
SELECT get_json_object('{"a":1,"a":2}', '$[*].a') AS v
SELECT json_array_length('{"a":1,"a":2}') AS v
SELECT schema_of_json('{"a":1,"a":2}') AS v
SELECT from_json('{"a":1,"a":2}', 'a INT') AS v
SELECT from_json('{"a":1,"a":2}', 'array<int>') AS v
SELECT get_json_object('[]', '$') AS v
SELECT get_json_object('[]', '$.a') AS v
SELECT get_json_object('[]', '$[*]') AS v
SELECT get_json_object('[]', '$[1][0]') AS v
SELECT json_array_length('[]') AS v
SELECT schema_of_json('[]') AS v
SELECT from_json('[]', 'a STRING') AS v
SELECT from_json('[]', 'array<int>') AS v
SELECT get_json_object('{}', '$') AS v
SELECT get_json_object('{}', '$[0]') AS v
SELECT get_json_object('{}', '$[*]') AS v
SELECT get_json_object('{}', '$[1][0]') AS v
SELECT json_object_keys('{}') AS v
SELECT schema_of_json('{}') AS v
SELECT from_json('{}', 'a STRING') AS v
SELECT from_json('{}', 'map<string,string>') AS v
SELECT get_json_object(' {"a" : [ 1 , 2 ] } ', '$') AS v
SELECT get_json_object(' {"a" : [ 1 , 2 ] } ', '$[0]') AS v
SELECT get_json_object(' {"a" : [ 1 , 2 ] } ', '$[*].a') AS v
SELECT get_json_object(' {"a" : [ 1 , 2 ] } ', '$[1][0]') AS v
SELECT json_object_keys(' {"a" : [ 1 , 2 ] } ') AS v
SELECT from_json(' {"a" : [ 1 , 2 ] } ', 'a INT') AS v
SELECT from_json(' {"a" : [ 1 , 2 ] } ', 'a STRING') AS v
SELECT from_json(' {"a" : [ 1 , 2 ] } ', 'map<string,string>') AS v
SELECT get_json_object('{"a":-0.0}', '$.a') AS v
SELECT get_json_object('{"a":-0.0}', '$[0]') AS v
SELECT get_json_object('{"a":-0.0}', '$[*].a') AS v
SELECT json_array_length('{"a":-0.0}') AS v
SELECT json_object_keys('{"a":-0.0}') AS v
SELECT from_json('{"a":-0.0}', 'a INT') AS v
SELECT from_json('{"a":-0.0}', 'array<int>') AS v
SELECT from_json('{"a":-0.0}', 'map<string,string>') AS v
SELECT get_json_object('{"a":01}', '$.a') AS v
SELECT get_json_object('{"a":01}', '$[*]') AS v
SELECT get_json_object('{"a":01}', '$[*].a') AS v
SELECT json_array_length('{"a":01}') AS v
SELECT from_json('{"a":01}', 'a INT') AS v
SELECT from_json('{"a":01}', 'array<int>') AS v
SELECT get_json_object('{"a":NaN}', '$') AS v
SELECT get_json_object('{"a":NaN}', '$.a') AS v
SELECT get_json_object('{"a":NaN}', '$[*]') AS v
SELECT get_json_object('{"a":NaN}', '$[1][0]') AS v
SELECT json_array_length('{"a":NaN}') AS v
SELECT schema_of_json('{"a":NaN}') AS v
SELECT get_json_object(NULL,'$.a') AS v
SELECT get_json_object('{"a":1}','$.a')
SELECT get_json_object('{"a":1}') AS v
SELECT json_object_keys(NULL) AS v
SELECT json_object_keys('{"b":1,"a":2}')
SELECT schema_of_json('{"a":1,"b":0.8}') AS v
SELECT schema_of_json('[{"a":1},{"b":"x"}]') AS v
SELECT schema_of_json('{"a":[]}') AS v
SELECT schema_of_json('{"a":[1,2.5]}') AS v
SELECT schema_of_json('[1,"a"]') AS v
SELECT schema_of_json('true') AS v
SELECT schema_of_json('{"a":123456789012345678901234567890}') AS v
SELECT schema_of_json('{"a":1}')
SELECT schema_of_json(g) AS v FROM s
SELECT from_json('{"a":1}', 'a INT') AS v
SELECT from_json('{"a":"x"}', 'a INT') AS v
SELECT from_json('{"a":null}', 'a INT') AS v
SELECT from_json('{"a":[1,2]}', 'a INT') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a INT') AS v
SELECT from_json('{"a":"1"}', 'a INT') AS v
SELECT from_json('{"a":300}', 'a INT') AS v
SELECT from_json('{"a":1}', 'a BIGINT') AS v
SELECT from_json('{"a":"x"}', 'a BIGINT') AS v
SELECT from_json('{"a":true}', 'a BIGINT') AS v
SELECT from_json('{"a":[1,2]}', 'a BIGINT') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a BIGINT') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a BIGINT') AS v
SELECT from_json('{"a":300}', 'a BIGINT') AS v
SELECT from_json('{"a":1}', 'a DOUBLE') AS v
SELECT from_json('{"a":1.5}', 'a DOUBLE') AS v
SELECT from_json('{"a":true}', 'a DOUBLE') AS v
SELECT from_json('{"a":[1,2]}', 'a DOUBLE') AS v
SELECT from_json('{"a":{"b":3}}', 'a DOUBLE') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a DOUBLE') AS v
SELECT from_json('{"a":300}', 'a DOUBLE') AS v
SELECT from_json('{"a":"true"}', 'a DOUBLE') AS v
SELECT from_json('{"a":1.5}', 'a STRING') AS v
SELECT from_json('{"a":true}', 'a STRING') AS v
SELECT from_json('{"a":null}', 'a STRING') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a STRING') AS v
SELECT from_json('{"a":"1"}', 'a STRING') AS v
SELECT from_json('{"a":"true"}', 'a STRING') AS v
SELECT from_json('{"a":1.5}', 'a BOOLEAN') AS v
SELECT from_json('{"a":"x"}', 'a BOOLEAN') AS v
SELECT from_json('{"a":null}', 'a BOOLEAN') AS v
SELECT from_json('{"a":{"b":3}}', 'a BOOLEAN') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a BOOLEAN') AS v
SELECT from_json('{"a":"1"}', 'a BOOLEAN') AS v
SELECT from_json('{"a":"true"}', 'a BOOLEAN') AS v
SELECT from_json('{"a":1}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":"x"}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":null}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":[1,2]}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":"1"}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":300}', 'a DECIMAL(5,2)') AS v
SELECT from_json('{"a":1.5}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":true}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":null}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":{"b":3}}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":"1"}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":"true"}', 'a ARRAY<INT>') AS v
SELECT from_json('{"a":1.5}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":"x"}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":null}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":{"b":3}}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":"1"}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":"true"}', 'a STRUCT<b: INT>') AS v
SELECT from_json('{"a":1}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":"x"}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":null}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":[1,2]}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":"1"}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":300}', 'a MAP<STRING, INT>') AS v
SELECT from_json('{"a":1}', 'a BINARY') AS v
SELECT from_json('{"a":"x"}', 'a BINARY') AS v
SELECT from_json('{"a":true}', 'a BINARY') AS v
SELECT from_json('{"a":[1,2]}', 'a BINARY') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a BINARY') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a BINARY') AS v
SELECT from_json('{"a":300}', 'a BINARY') AS v
SELECT from_json('{"a":1}', 'a FLOAT') AS v
SELECT from_json('{"a":1.5}', 'a FLOAT') AS v
SELECT from_json('{"a":true}', 'a FLOAT') AS v
SELECT from_json('{"a":[1,2]}', 'a FLOAT') AS v
SELECT from_json('{"a":{"b":3}}', 'a FLOAT') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a FLOAT') AS v
SELECT from_json('{"a":300}', 'a FLOAT') AS v
SELECT from_json('{"a":"true"}', 'a FLOAT') AS v
SELECT from_json('{"a":1.5}', 'a TINYINT') AS v
SELECT from_json('{"a":true}', 'a TINYINT') AS v
SELECT from_json('{"a":null}', 'a TINYINT') AS v
SELECT from_json('{"a":{"b":3}}', 'a TINYINT') AS v
SELECT from_json('{"a":"2024-02-29 01:02:03"}', 'a TINYINT') AS v
SELECT from_json('{"a":"1"}', 'a TINYINT') AS v
SELECT from_json('{"a":"true"}', 'a TINYINT') AS v
SELECT from_json('{"a":1.5}', 'A INT') AS v
SELECT from_json('{"a":"x"}', 'A INT') AS v
SELECT from_json('{"a":null}', 'A INT') AS v
SELECT from_json('{"a":{"b":3}}', 'A INT') AS v
SELECT from_json('{"a":"2024-02-29"}', 'A INT') AS v
SELECT from_json('{"a":"1"}', 'A INT') AS v
SELECT from_json('{"a":"true"}', 'A INT') AS v
SELECT from_json('{"a":1}', 'a INT, b STRING') AS v
SELECT from_json('{"a":"x"}', 'a INT, b STRING') AS v
SELECT from_json('{"a":null}', 'a INT, b STRING') AS v
SELECT from_json('{"a":[1,2]}', 'a INT, b STRING') AS v
SELECT from_json('{"a":"2024-02-29"}', 'a INT, b STRING') AS v
SELECT from_json('{"a":"1"}', 'a INT, b STRING') AS v
SELECT from_json('{"a":300}', 'a INT, b STRING') AS v
SELECT from_json('{"a":1}','a INT')
SELECT from_json('{"a":1}','struct<a:int>') AS v
SELECT from_json('{"a":1}','nope') AS v
SELECT from_json(NULL,'a INT') AS v
SELECT from_json('{"a":1}') AS v
SELECT from_json('[{"a":1},{"a":2}]','array<struct<a:int>>') AS v
SELECT from_json('[1,2]','a INT') AS v
SELECT to_json(named_struct('a',NULL,'b','x')) AS v
SELECT to_json(array(named_struct('a',1))) AS v
SELECT to_json(map('a',1)) AS v
SELECT to_json(map(1,'x')) AS v
SELECT to_json(named_struct('d',DATE'2024-02-29')) AS v
SELECT to_json(named_struct('x',1.50)) AS v
SELECT to_json(named_struct('x',1e10)) AS v
SELECT to_json(named_struct('x',X'6162')) AS v
SELECT to_json(named_struct('x','q"\\\\\n/é')) AS v
SELECT to_json(named_struct('x',TIMESTAMP_NTZ'2024-02-29 01:02:03')) AS v
SELECT to_json(named_struct('x',true,'y',1.5F)) AS v
SELECT to_json('a') AS v
SELECT to_json(CAST(NULL AS STRUCT<a:INT>)) AS v
SELECT to_json(array()) AS v
SELECT to_json(named_struct('a',1),map('pretty','true')) AS v
SELECT json_tuple('{"a":1,"b":2}','a','b')
SELECT from_csv('1, 0.8', 'a INT, b DOUBLE') AS v
SELECT from_csv('x', 'a INT') AS v
SELECT from_csv('', 'a INT') AS v
SELECT from_csv('"a,b",c', 'a STRING, b STRING') AS v
SELECT from_csv('1', 'a INT, b INT') AS v
SELECT from_csv('1','a INT')
SELECT to_csv(named_struct('a',1,'b',2)) AS v
SELECT to_csv(named_struct('a','x,y','b',NULL)) AS v
SELECT to_csv(named_struct('a',DATE'2024-02-29')) AS v
SELECT to_csv(named_struct('a','')) AS v
SELECT to_csv(1) AS v
SELECT to_csv(named_struct('a',1))
SELECT schema_of_csv('1,1.5,true,2024-01-01') AS v
SELECT typeof(1)
SELECT typeof(array(1)) AS v
SELECT typeof(map('a',1)) AS v
SELECT typeof('a') AS v
SELECT length(uuid()) AS v
SELECT randn(0) AS v
SELECT rand('a') AS v
SELECT rand(1)
SELECT ~5L AS v
SELECT ~1.5 AS v
SELECT ~5
SELECT 1 | 2
SELECT concat(g,id) AS v FROM s ORDER BY id
SELECT repeat(g,id) AS v FROM s ORDER BY id
SELECT substring('hello',id) AS v FROM s ORDER BY id
SELECT g LIKE g AS v FROM s ORDER BY id
SELECT g RLIKE '^a' AS v FROM s ORDER BY id
SELECT round(id/3D,2) AS v FROM s ORDER BY id
SELECT split(concat(g,',',id),',') AS v FROM s ORDER BY id
SELECT greatest(id,v,2) AS v FROM s ORDER BY id
SELECT get_json_object('{"a":1,"b":2}',concat('$.',g)) AS v FROM s ORDER BY id
SELECT md5(g) AS v FROM s ORDER BY id
SELECT base64(g) AS v FROM s ORDER BY id
SELECT regexp_replace(g,'a','$0$0') AS v FROM s ORDER BY id
SELECT pmod(id,2) AS v FROM s ORDER BY id
SELECT power(id,2) AS v FROM s ORDER BY id
SELECT left(g,1) AS v FROM s ORDER BY id
SELECT abs(-id) AS v FROM s ORDER BY id
SELECT conv(id,10,2) AS v FROM s ORDER BY id
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[0]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[2].c') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[*]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[9]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.d') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.d.e') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.d.f') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.g') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.z') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', 'a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[2]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$[\'a\']') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.h k') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$[\'h k\']') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.*') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[*].c') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$..a') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.d.*') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.b[-1]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[*]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[*][*]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[*][0]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[0][*]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[1]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[1][1]') AS v
SELECT get_json_object('{"a":1,"b":[1,2,{"c":"x"}],"d":{"e":null,"f":1.50},"g":"q z","h k":true,"i":[[1,2],[3,"y"]]}', '$.i[*][9]') AS v
SELECT schema_of_json('{"b c":1,"B":2}') AS v
