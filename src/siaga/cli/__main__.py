"""`python -m siaga.cli` is `siaga`."""

from siaga.cli.main import main

raise SystemExit(main())
