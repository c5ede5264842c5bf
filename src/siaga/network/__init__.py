"""Signal: can every station send its result, and what makes it able to?"""
